//! Finds skills by words.

use aedile_kernel::{
    Authority, Context, Cursor, Effect, Error, Operation, Page, PageRequest, Permission, Position, Query, ReadCost,
    Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::filter::{SkillFilter, bounded};
use super::model::Skill;
use super::port::SkillListing;
use super::terms::Terms;

/// How many hits can be reached: the rank of every hit must be worked out anew for each page.
const REACH: u32 = 1_000;

/// Finds skills by the words of their names, keywords and descriptions, best first. Case and accents don't matter, the
/// last word may be a beginning, and when nothing is found, the beginnings of all words are tried.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchSkills {
    /// What to find, at most 200 characters; the first 20 words count, and all of them must be found.
    pub q: String,
    /// Only skills of the category of this slug.
    #[serde(default)]
    pub category: Option<String>,
    /// Only skills that cost so much or more.
    #[serde(default)]
    pub min_price_cents: Option<i64>,
    /// Only skills that cost so much or less.
    #[serde(default)]
    pub max_price_cents: Option<i64>,
    /// Which part of the first 1,000 hits; the first 50 when left out.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for SearchSkills {
    const NAME: &'static str = "skill.search";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SkillListing;
    type Output = Page<Skill>;
}

impl Query for SearchSkills {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, listing: &mut Self::Repository, _: &Context) -> Result<Page<Skill>> {
        let filter = SkillFilter {
            category: self.category.clone(),
            seller: None,
            min_price_cents: self.min_price_cents,
            max_price_cents: self.max_price_cents,
        };
        let filter = filter.checked()?;
        let start = Start::of(bounded(&self.page)?)?;
        let Some(terms) = Terms::parse(&self.q)? else { return Ok(nothing()) };
        let mut search = Search { listing, filter, limit: self.page.limit, offset: start.offset };
        match start.cut {
            Some(cut) => search.hits(&terms, cut),
            None => search.widening(&terms),
        }
    }
}

/// Where a page of hits begins.
struct Start {
    offset: u32,
    /// How far words were cut on the page before, 0 for not at all; `None` when there was none before.
    cut: Option<usize>,
}

impl Start {
    fn of(page: &PageRequest) -> Result<Self> {
        match &page.position {
            Position::Offset(offset) if *offset < REACH => Ok(Self { offset: *offset, cut: None }),
            Position::Offset(_) => Err(Error::invalid("offset", "must be below 1000: no more hits can be reached")),
            Position::After(cursor) => {
                let foreign = || Error::invalid("cursor", "is not a cursor of this list");
                let cut = cursor.text()?.strip_prefix(CUT_TO).and_then(|cut| cut.parse().ok()).ok_or_else(foreign)?;
                Ok(Self { offset: u32::try_from(cursor.id).map_err(|_| foreign())?, cut: Some(cut) })
            }
        }
    }
}

/// What the cursors of this list begin with, so that those of no other list fit.
const CUT_TO: &str = "search:";

struct Search<'a> {
    listing: &'a mut dyn SkillListing,
    filter: SkillFilter,
    limit: u32,
    offset: u32,
}

impl Search<'_> {
    /// The hits of the words as written, or else of the longest beginnings that have any.
    fn widening(&mut self, terms: &Terms) -> Result<Page<Skill>> {
        for cut in std::iter::once(0).chain(terms.cuts()) {
            let page = self.hits(terms, cut)?;
            if !page.items.is_empty() || self.has_any(terms, cut)? {
                return Ok(page);
            }
        }
        Ok(nothing())
    }

    /// Whether there are hits before the page.
    fn has_any(&mut self, terms: &Terms, cut: usize) -> Result<bool> {
        Ok(self.offset > 0 && !self.listing.search_skills(&cut_to(terms, cut), &self.filter, 1, 0)?.is_empty())
    }

    fn hits(&mut self, terms: &Terms, cut: usize) -> Result<Page<Skill>> {
        let limit = self.limit.min(REACH.saturating_sub(self.offset));
        let end = self.offset.saturating_add(limit);
        // One more than the page holds tells whether there are more.
        let mut items = self.listing.search_skills(&cut_to(terms, cut), &self.filter, limit + 1, self.offset)?;
        let fit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > fit && end < REACH;
        items.truncate(fit);
        let next = has_more.then(|| Cursor::new(format!("{CUT_TO}{cut}"), end.into()));
        Ok(Page { items, total: None, next })
    }
}

fn cut_to(terms: &Terms, cut: usize) -> Terms {
    if cut == 0 { terms.clone() } else { terms.cut_to(cut) }
}

fn nothing() -> Page<Skill> {
    Page { items: Vec::new(), total: None, next: None }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
