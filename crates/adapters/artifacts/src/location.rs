//! Where artifacts are kept: `file:FOLDER` or `s3://BUCKET/PREFIX`.

use std::path::PathBuf;

/// Where artifacts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of Amazon S3, or of what speaks like it.
    Bucket {
        /// The bucket's name.
        name: String,
        /// What all names in it begin with; may be empty.
        prefix: String,
    },
}

impl Location {
    /// Reads a location.
    ///
    /// # Errors
    /// A sentence that says what it must be, and does not repeat what it was.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "must be file:FOLDER or s3://BUCKET/PREFIX";
        match text.split_once(':') {
            Some(("file", path)) => Self::folder(path).ok_or("must name a folder of this machine: file:FOLDER"),
            Some(("s3", rest)) => {
                let bucket = rest.strip_prefix("//").ok_or(SHAPE)?;
                Self::bucket(bucket).ok_or(
                    "must be s3://BUCKET/PREFIX, without keys: they are read from AWS_ACCESS_KEY_ID and its companions",
                )
            }
            _ => Err(SHAPE),
        }
    }

    /// `file:FOLDER` and `file:///FOLDER`; two slashes would name a host.
    fn folder(path: &str) -> Option<Self> {
        let path = match path.strip_prefix("//") {
            Some(path) if path.starts_with('/') => path,
            Some(_) => return None,
            None => path,
        };
        (!path.is_empty() && !path.contains('\0')).then(|| Self::Folder(PathBuf::from(path)))
    }

    fn bucket(text: &str) -> Option<Self> {
        let (name, prefix) = text.split_once('/').unwrap_or((text, ""));
        let prefix = prefix.trim_end_matches('/');
        let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
        let is_prefix = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'/');
        let fits = (3..=63).contains(&name.len())
            && name.bytes().all(is_name)
            && prefix.bytes().all(is_prefix)
            && (prefix.is_empty() || prefix.split('/').all(|segment| !matches!(segment, "" | "." | "..")));
        fits.then(|| Self::Bucket { name: name.to_owned(), prefix: prefix.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(name: &str, prefix: &str) -> Location {
        Location::Bucket { name: name.into(), prefix: prefix.into() }
    }

    #[test]
    fn folders_and_buckets_are_told_apart() {
        let folder = |path: &str| Location::Folder(path.into());
        for (text, location) in [
            ("file:./artifacts", folder("./artifacts")),
            ("file:artifacts", folder("artifacts")),
            ("file:/var/lib/aedile", folder("/var/lib/aedile")),
            ("file:///var/lib/aedile", folder("/var/lib/aedile")),
            ("s3://skills", bucket("skills", "")),
            ("s3://skills/", bucket("skills", "")),
            ("s3://my.skills-1/a/b_c/", bucket("my.skills-1", "a/b_c")),
        ] {
            assert_eq!(Location::parse(text), Ok(location), "{text}");
        }
    }

    #[test]
    fn c_25_what_is_neither_is_refused_and_not_repeated() {
        for text in [
            "",
            "canary",
            "/canary",
            "file:",
            "file://",
            "file://canary/x",
            "file:a\0canary",
            "s3:canary",
            "s3:/canary",
            "s3://",
            "s3://ca",
            "s3://Canary",
            "s3://key:canary@bucket/x",
            "s3://canary/../x",
            "s3://canary//x",
            "s3://canary?x=y",
            "http://canary/x",
            "gs://canary",
        ] {
            let told = Location::parse(text).unwrap_err();
            assert!(!told.contains("canary") && !told.contains('\n'), "{text}: {told}");
        }
    }
}
