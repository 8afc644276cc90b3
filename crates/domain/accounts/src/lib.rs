#![doc = include_str!("../README.md")]

pub mod admins;
pub mod api_keys;
pub mod cli_sign_in;
pub mod cli_tokens;
pub mod deletion;
pub mod holds;
pub mod impersonation;
pub mod invitations;
mod link_token;
pub mod local_users;
pub mod password_changes;
pub mod passwords;
mod patch;
pub mod profile;
pub mod provider_events;
pub mod second_factor;
pub mod secrets;
pub mod sessions;
pub mod sign_in;
pub mod tokens;
pub mod users;

use aedile_kernel::{Registry, UnitOfWork, View};

pub use cli_sign_in::{CliSignInRequest, SignsCliIn};
pub use cli_tokens::{
    CliToken, CliTokens, CreateCliToken, RecognizesCliTokens, RevokeCliToken, ShowCliToken, create_cli_token,
};
pub use local_users::{
    CreateLocalUser, DeleteLocalUser, GetLocalUser, Identifier, IdentifierType, ListLocalUsers, LocalRole, LocalUser,
    LocalUsers, NewLocalUser, UpdateLocalUser, create_local_user,
};
pub use passwords::{Password, PasswordHash, PasswordHasher};
pub use provider_events::{ProviderEventReader, TakesProviderEvents};
pub use sign_in::{Client, SignIn, SignInKeys, SignInThrottle, SignIns, SignedIn, SignsIn};
pub use tokens::{ActingToken, NewToken, ProviderProof, TokenIssuer, TokenSource, TokenVerifier, VerifiedToken};
pub use users::{AccountStatus, ProvisionUser, ProvisionsUsers, Told, User, Users};

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn LocalUsers> + View<dyn admins::MarketplaceAdmins>,
    S::Connection: View<dyn profile::Profiles> + View<dyn deletion::Deletions>,
    S::Connection: View<dyn CliTokens> + View<dyn api_keys::ApiKeys>,
    S::Connection: View<dyn sessions::Sessions> + View<dyn SignIns>,
    S::Connection: View<dyn password_changes::LocalPasswords> + View<dyn second_factor::SecondFactors>,
    S::Connection: View<dyn impersonation::Impersonations> + View<dyn invitations::Invitations>,
{
    registry
        .query::<ListLocalUsers>()
        .query::<GetLocalUser>()
        .command::<CreateLocalUser>()
        .command::<UpdateLocalUser>()
        .command::<DeleteLocalUser>()
        .query::<admins::ListAdmins>()
        .query::<admins::CheckAdmin>()
        .command::<admins::PromoteAdmin>()
        .command::<admins::DemoteAdmin>()
        .query::<profile::GetProfile>()
        .command::<profile::UpdateProfile>()
        .command::<deletion::RequestDeletion>()
        .command::<deletion::CancelDeletion>()
        .command::<deletion::CancelOwnDeletion>()
        .query::<deletion::ListPendingDeletions>()
        .command::<holds::HoldAccount>()
        .command::<holds::ReleaseAccount>()
        .internal_command::<impersonation::BeginImpersonation>()
        .command::<impersonation::EndImpersonation>()
        .query::<impersonation::ListImpersonations>()
        .internal_command::<invitations::CreateInvitation>()
        .internal_command::<invitations::ResendInvitation>()
        .command::<invitations::RevokeInvitation>()
        .query::<invitations::ListInvitations>()
        .internal_command::<invitations::AcceptInvitation>()
        .query::<api_keys::ListApiKeys>()
        .query::<api_keys::VerifyApiKey>()
        .internal_command::<api_keys::MintApiKey>()
        .internal_command::<api_keys::RotateApiKey>()
        .command::<api_keys::UpdateApiKey>()
        .command::<api_keys::RevokeApiKey>()
        .command::<CreateCliToken>()
        .query::<ShowCliToken>()
        .internal_command::<sign_in::StartSession>()
        .internal_command::<sign_in::RenewSession>()
        .internal_command::<password_changes::ChangePassword>()
        .internal_command::<password_changes::RequestPasswordReset>()
        .internal_command::<password_changes::ResetPassword>()
        .internal_command::<password_changes::GivePasswordLink>()
        .query::<second_factor::ShowSecondFactor>()
        .internal_command::<second_factor::BeginSecondFactor>()
        .internal_command::<second_factor::ConfirmSecondFactor>()
        .internal_command::<second_factor::RenewRecoveryCodes>()
        .internal_command::<second_factor::ProveIdentity>()
        .command::<second_factor::RemoveSecondFactor>()
        .command::<second_factor::ResetSecondFactor>()
        .query::<sessions::ListSessions>()
        .internal_command::<sessions::SignOut>()
        .command::<sessions::EndSession>()
        .command::<sessions::EndSessions>()
        .query::<sessions::ListUserSessions>()
        .command::<sessions::EndUserSession>()
        .command::<sessions::EndUserSessions>()
        .command::<RevokeCliToken>();
}
