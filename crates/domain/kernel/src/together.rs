//! Rules about several fields, judged together: whoever sends three wrong values is told of all three.

use crate::error::{Error, Result};

/// Several results that are wanted together.
pub trait Together {
    /// What the results hold.
    type Values;

    /// All values, or all that is wrong.
    ///
    /// # Errors
    /// One `Invalid` with the fields of all that are `Invalid`; any other error as it is, the first one first.
    fn together(self) -> Result<Self::Values>;
}

macro_rules! together {
    ($($value:ident)*) => {
        impl<$($value),*> Together for ($(Result<$value>,)*) {
            type Values = ($($value,)*);

            #[expect(non_snake_case, reason = "each type's own name is its value's name, too")]
            fn together(self) -> Result<Self::Values> {
                match self {
                    ($(Ok($value),)*) => Ok(($($value,)*)),
                    ($($value,)*) => Err(all([$($value.err()),*])),
                }
            }
        }
    };
}

together!(A B);
together!(A B C);
together!(A B C D);
together!(A B C D E);

fn all(errors: impl IntoIterator<Item = Option<Error>>) -> Error {
    let mut fields = Vec::new();
    for error in errors.into_iter().flatten() {
        match error {
            Error::Invalid(more) => fields.extend(more),
            other => return other,
        }
    }
    Error::Invalid(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_values_come_or_all_that_is_wrong() {
        let wrong = |field| Err::<u8, _>(Error::invalid(field, "is wrong"));
        assert_eq!((Ok(1), Ok("a")).together().unwrap(), (1, "a"));
        let told = (wrong("a"), Ok(1), wrong("b")).together().unwrap_err();
        assert_eq!(told.to_string(), "a: is wrong; b: is wrong");
        let absent = || Err::<u8, _>(Error::not_found("Tier"));
        assert!(matches!((wrong("a"), absent()).together(), Err(Error::NotFound(_))));
    }
}
