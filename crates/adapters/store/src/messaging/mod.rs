//! Mail on its way out, and campaigns.

mod campaigns;
mod mail;
mod mail_list;

#[cfg(test)]
mod contract;
