//! `send`: posts samples with fresh values, samples as they are, or any body.

mod ask;
mod body;
mod changes;
mod editor;
mod print;
mod volley;

use std::path::PathBuf;

use super::post::{Post, target_line};
use super::signals::Signals;
use super::{Console, Format, Outcome, RuntimeError, Target, event, provider, small_runtime};
use crate::catalog::{Catalog, Entry, Provider};
use crate::delivery::Parcel;
use crate::error::Failure;
use crate::validation::Validation;

use body::Body;
pub use body::Shape;
pub(super) use changes::Made;
pub use changes::{Change, ChangesError};
pub use print::Form;
pub use volley::Pace;
use volley::Shot;

/// What `send` was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to send.
    pub what: What,
    /// What is done with it before.
    pub shape: Shape,
    /// What fresh ids are drawn from; by default from chance.
    pub seed: Option<u64>,
    /// The content type, if it is not JSON's.
    pub content_type: Option<String>,
    /// How much is sent, and how fast.
    pub pace: Pace,
    /// Send nothing, and print what would be sent.
    pub print: Option<Form>,
    /// Where to.
    pub target: Target,
    /// What stdout carries.
    pub format: Format,
}

/// What to send.
#[derive(Debug)]
pub enum What {
    /// The samples of these events, in this order.
    Events(Vec<String>),
    /// The samples of all events of a provider; by default the catalog's first.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// A body.
    Data(Data),
    /// The user is to be asked.
    Ask,
}

/// Where a body comes from.
#[derive(Debug)]
pub enum Data {
    /// The command line.
    Text(String),
    /// A file.
    File(PathBuf),
    /// stdin
    Input,
}

/// Sends until all is sent, or the target cannot be reached.
pub fn run(mut options: Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let validation = Validation::new(catalog.clone());
    let mut rng = options
        .seed
        .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
    let mut entries = Vec::new();
    let mut bodies = if let What::Data(data) = &options.what {
        vec![body::of_data(data, &options.shape, &validation, console)?]
    } else {
        entries = self::entries(&catalog, &mut options, console)?;
        body::of_samples(&entries, &options.shape, &mut rng)?
    };
    body::finish(&mut bodies, &options.shape, &validation, console)?;
    let mut rounds = Rounds {
        bodies: parcels(bodies, options.content_type.as_deref())?,
        entries,
        shape: options.shape.clone(),
        validation: &validation,
        content_type: options.content_type.as_deref(),
        rng,
        left: options.pace.count,
        repeat: options.pace.repeat,
    };
    if let Some(form) = options.print {
        let delivery = super::post::delivery_options(&options.target, console);
        if form == Form::Request {
            console.say(&format!("would send to {}", target_line(&options.target)))?;
        }
        let mut all = Vec::new();
        while let Some(round) = rounds.next() {
            all.extend(round?);
        }
        print::print(
            form,
            options.format,
            &options.target,
            &delivery,
            &all,
            console,
        )?;
        return Ok(Outcome::Done);
    }
    console.say(&format!("sending to {}", target_line(&options.target)))?;
    small_runtime()?.block_on(post_all(&options, &mut rounds, console))
}

/// The events whose samples are sent.
fn entries<'c>(
    catalog: &'c Catalog,
    options: &mut Options,
    console: &mut Console,
) -> Result<Vec<Entry<'c>>, Failure> {
    Ok(match &options.what {
        What::Data(_) => Vec::new(),
        What::Events(names) => {
            let entries = names.iter().map(|name| event(catalog, name));
            entries.collect::<Result<Vec<_>, _>>()?
        }
        What::All { provider: name } => {
            let named = match name {
                Some(name) => Some(provider(catalog, name)?),
                None => catalog.providers().first(),
            };
            let events = |provider: &'c Provider| {
                let events = provider.events().iter();
                events.map(move |event| Entry { provider, event })
            };
            named.into_iter().flat_map(events).collect()
        }
        What::Ask => {
            let entry = ask(catalog, &mut options.target)?;
            let command = ask::command(entry, options);
            console.say(&format!("the same without questions: {command}"))?;
            vec![entry]
        }
    })
}

/// The bodies with their content type.
fn parcels<'c>(
    bodies: Vec<Body<'c>>,
    content_type: Option<&str>,
) -> Result<Vec<(Body<'c>, Parcel)>, Failure> {
    let parcel = |body: Body<'c>| {
        let bytes = body.bytes.clone();
        let parcel = match content_type {
            Some(text) => Parcel::new(bytes, Some(text.as_bytes()))?,
            None => Parcel::json(bytes),
        };
        Ok((body, parcel))
    };
    bodies.into_iter().map(parcel).collect()
}

/// Asks which event, and where to.
///
/// The prompts raise the signal of a Ctrl-C again; caught, it does not end the program before
/// the cursor, which they hide, is back.
fn ask<'c>(catalog: &'c Catalog, target: &mut Target) -> Result<Entry<'c>, Failure> {
    let runtime = small_runtime()?;
    let _signals = {
        let _within = runtime.enter();
        Signals::new().map_err(RuntimeError)?
    };
    ask::ask(catalog, target)
}

/// The bodies of one run after the other: fresh ones of samples, and the same of all else.
struct Rounds<'r> {
    bodies: Vec<(Body<'r>, Parcel)>,
    entries: Vec<Entry<'r>>,
    /// What is done with further samples; what is odd was said of the first.
    shape: Shape,
    validation: &'r Validation,
    content_type: Option<&'r str>,
    rng: fastrand::Rng,
    left: u64,
    repeat: u64,
}

impl<'r> Rounds<'r> {
    fn renew(&mut self) -> Result<(), Failure> {
        if self.entries.is_empty() || self.shape.exact || self.shape.edit {
            return Ok(());
        }
        let mut bodies = body::of_samples(&self.entries, &self.shape, &mut self.rng)?;
        body::change(&mut bodies, &self.shape, self.validation)?;
        self.bodies = parcels(bodies, self.content_type)?;
        Ok(())
    }

    /// The next round, each body as often as it is sent.
    fn next(&mut self) -> Option<Result<Vec<(Body<'r>, Parcel)>, Failure>> {
        self.left = self.left.checked_sub(1)?;
        let mut round = Vec::new();
        for body in &self.bodies {
            round.extend((0..self.repeat).map(|_| body.clone()));
        }
        if self.left > 0
            && let Err(failure) = self.renew()
        {
            return Some(Err(failure));
        }
        Some(Ok(round))
    }
}

async fn post_all(
    options: &Options,
    rounds: &mut Rounds<'_>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let mut post = Post::new(&options.target, options.format, console)?;
    // Nothing is said while further samples are made, so that they need no console.
    let mut lanes = std::iter::from_fn(|| {
        let round = rounds.next()?;
        Some(round.map(|round| round.into_iter().map(shot).collect()))
    });
    let ended = volley::fire(&options.pace, &mut post, &mut lanes, console).await?;
    if options.pace.count > 1 || options.pace.repeat > 1 {
        console.say(&post.tally().sentence())?;
    }
    Ok(ended.unwrap_or_else(|| post.tally().outcome()))
}

fn shot((body, parcel): (Body<'_>, Parcel)) -> Shot {
    Shot {
        parcel,
        event: body.event,
        session: body.session,
    }
}
