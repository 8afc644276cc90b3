//! Callers at the same moment: a code is used once, a user has one token, the newest news wins, on both databases.

use std::sync::Barrier;

use aedile_accounts::cli_sign_in::ExchangeCliCode;
use aedile_accounts::provider_events::{ApplyProviderUser, DeleteProviderUser, EventStamp};
use aedile_accounts::{CliToken, CreateCliToken, ProvisionUser, Told, Users};
use aedile_kernel::mock::{context, context_of};
use aedile_kernel::{AccountStatus, Caller, Command, Error, Result};

use super::credentials_contract::{add, at, codes, events, id, new_code, new_token, proof, tokens};
use crate::connection::Connection;
use crate::testing::{TestDatabase, in_transaction};

const ROUNDS: usize = 8;
const CALLERS: usize = 4;

/// Runs the same work at the same moment, each time in its own transaction.
fn at_once<T: Send>(
    database: &TestDatabase,
    work: impl Fn(&mut Connection, usize) -> Result<T> + Sync,
) -> Vec<Result<T>> {
    let start = Barrier::new(CALLERS);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|n| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    let mut connection = database.connect();
                    start.wait();
                    in_transaction(&mut connection, |c| work(c, n))
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    })
}

fn with_ada(database: &TestDatabase, more: impl Fn(&mut Connection) -> Result<()>) -> Connection {
    let mut connection = database.connect();
    in_transaction(&mut connection, |c| {
        add(c, "ada");
        more(c)
    })
    .unwrap();
    connection
}

#[test]
fn a_token_made_by_each_of_several_leaves_one() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = with_ada(&database, |_| Ok(()));
        for round in 0..ROUNDS {
            let made = at_once(&database, |c, n| {
                let command = CreateCliToken { token: new_token(round * CALLERS + n) };
                Ok(command.run(tokens(c), &context_of("ada", []))?.output().clone())
            });
            let made: Vec<CliToken> = made.into_iter().collect::<Result<_>>().unwrap();
            let works: Vec<_> = in_transaction(&mut connection, |c| {
                (0..CALLERS).map(|n| tokens(c).find_by_hash(&new_token(round * CALLERS + n).token_hash)).collect()
            })
            .unwrap();
            let works: Vec<CliToken> = works.into_iter().flatten().collect();
            assert_eq!(works.len(), 1, "round {round}");
            assert!(made.iter().any(|token| token.id == works[0].id));
        }
    }
}

#[test]
fn c_29_a_code_brought_by_several_gives_one_token() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let mut connection = if round == 0 { with_ada(&database, |_| Ok(())) } else { database.connect() };
            let code = new_code(round);
            in_transaction(&mut connection, |c| codes(c).insert_code(&id("ada"), &code, proof(0), at(0), at(300)))
                .unwrap();
            let exchanged = at_once(&database, |c, n| {
                let (code_hash, code_challenge) = (code.code_hash.clone(), code.code_challenge.clone());
                let token = new_token(round * CALLERS + n);
                let command = ExchangeCliCode { code_hash, code_challenge, token };
                command.run(codes(c), &context_of("ada", [])).map(drop)
            });
            assert_eq!(exchanged.iter().filter(|result| result.is_ok()).count(), 1, "round {round}: {exchanged:?}");
            let is_refusal = |result: &&Result<()>| matches!(result, Err(Error::Invalid(_)));
            assert_eq!(exchanged.iter().filter(is_refusal).count(), CALLERS - 1, "round {round}: {exchanged:?}");
        }
    }
}

#[test]
fn the_newest_of_several_events_about_somebody_new_stays() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let user = id(&format!("user_{round}"));
            let told = at_once(&database, |c, n| {
                let second = i64::try_from(n).unwrap();
                let event =
                    EventStamp { id: format!("msg_{round}_{n}"), event_type: "user.updated".into(), at: at(second) };
                let user = ProvisionUser {
                    id: user.clone(),
                    email: Told::Is(format!("address{n}@example.com")),
                    email_verified: true,
                    display_name: Told::Nothing,
                };
                ApplyProviderUser { event, user, is_banned: None }.run(events(c), &context(Caller::system())).map(drop)
            });
            assert!(told.iter().all(Result::is_ok), "round {round}: {told:?}");
            let mut connection = database.connect();
            let known: &mut dyn Users = &mut connection;
            let email = known.find(&user).unwrap().unwrap().email;
            assert_eq!(email, Some(format!("address{}@example.com", CALLERS - 1)), "round {round}");
        }
    }
}

#[test]
fn an_event_that_comes_several_times_at_once_counts_once() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let taken = at_once(&database, |c, _| {
                let event = EventStamp { id: format!("msg_{round}"), event_type: "user.created".into(), at: at(0) };
                let user = ProvisionUser {
                    id: id(&format!("user_{round}")),
                    email: Told::Nothing,
                    email_verified: false,
                    display_name: Told::Nothing,
                };
                let change =
                    ApplyProviderUser { event, user, is_banned: None }.run(events(c), &context(Caller::system()))?;
                Ok(change.records().len())
            });
            let rows: usize = taken.into_iter().map(Result::unwrap).sum();
            assert_eq!(rows, 1, "round {round}");
        }
    }
}

#[test]
fn a_token_and_a_deletion_at_once_leave_nobody_in_use() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let user = id(&format!("user_{round}"));
            let sign_in = |c: &mut Connection| {
                let told = ProvisionUser {
                    id: user.clone(),
                    email: "ada@example.com".into(),
                    email_verified: true,
                    display_name: Told::Nothing,
                };
                let known: &mut (dyn Users + 'static) = c;
                told.run(known, &context_of(user.as_str(), [])).map(|change| change.output().status)
            };
            let results = at_once(&database, |c, n| {
                if n > 0 {
                    return sign_in(c).map(drop);
                }
                let event = EventStamp { id: format!("msg_{round}"), event_type: "user.deleted".into(), at: at(0) };
                DeleteProviderUser { event, id: user.clone() }.run(events(c), &context(Caller::system())).map(drop)
            });
            let is_fine = |result: &Result<()>| matches!(result, Ok(()) | Err(Error::Unauthenticated(_)));
            assert!(results.iter().all(is_fine), "round {round}: {results:?}");
            let mut connection = database.connect();
            let later = in_transaction(&mut connection, sign_in);
            let is_gone = matches!(later, Ok(AccountStatus::Deleted) | Err(Error::Unauthenticated(_)));
            assert!(is_gone, "round {round}: {later:?}");
            let known: &mut dyn Users = &mut connection;
            let left = known.find(&user).unwrap();
            assert!(left.is_none_or(|left| left.status == AccountStatus::Deleted && left.email.is_none()));
        }
    }
}
