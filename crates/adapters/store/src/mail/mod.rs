//! Mail on its way out, and campaigns.

mod campaigns;
mod mails;
mod shown;

#[cfg(test)]
mod contract;
