//! Who is present: on this server by its connections, on the others by their reports.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use tokio::time::Instant;
use types::{
    classroom::{AWAY_MS, HEARTBEAT_MS, Presence},
    ids::{TaskId, UserId},
};
use uuid::Uuid;

use super::{bus::Person, room::ConnectionId};

const AWAY: Duration = Duration::from_millis(AWAY_MS as u64);
const TELL: Duration = Duration::from_millis(HEARTBEAT_MS as u64);

struct Connection {
    user: UserId,
    heard: Instant,
    hidden: bool,
}

/// Tracks the presence of a room's students.
pub struct PresenceTracker {
    connections: HashMap<ConnectionId, Connection>,
    places: HashMap<UserId, TaskId>,
    elsewhere: HashMap<(UserId, Uuid), (Presence, Instant)>,
    /// Presence last reported: on this server, and over all servers.
    published: HashMap<UserId, (Presence, Presence)>,
    published_at: Instant,
}

/// Changes in somebody's presence.
#[derive(Debug, PartialEq)]
pub struct Change {
    /// For the other servers.
    pub here: Option<Person>,
    /// For the teachers here.
    pub everywhere: Option<Presence>,
}

/// Ordered by how present somebody is.
fn rank(presence: Presence) -> u8 {
    match presence {
        Presence::Gone => 0,
        Presence::Away => 1,
        Presence::Here => 2,
    }
}

fn better(a: Presence, b: Presence) -> Presence {
    if rank(a) >= rank(b) { a } else { b }
}

impl Default for PresenceTracker {
    fn default() -> Self {
        Self {
            connections: HashMap::new(),
            places: HashMap::new(),
            elsewhere: HashMap::new(),
            published: HashMap::new(),
            published_at: Instant::now(),
        }
    }
}

impl PresenceTracker {
    pub fn enter(&mut self, connection: ConnectionId, user: UserId) {
        self.connections.insert(connection, Connection { user, heard: Instant::now(), hidden: false });
    }

    pub fn leave(&mut self, connection: ConnectionId) {
        self.connections.remove(&connection);
    }

    pub fn beat(&mut self, connection: ConnectionId, hidden: bool) {
        if let Some(connection) = self.connections.get_mut(&connection) {
            (connection.heard, connection.hidden) = (Instant::now(), hidden);
        }
    }

    pub fn place(&mut self, connection: ConnectionId, task: TaskId) {
        if let Some(connection) = self.connections.get(&connection) {
            self.places.insert(connection.user, task);
        }
    }

    /// Notes what another server reports about somebody.
    pub fn hear(&mut self, node: Uuid, person: &Person) {
        if person.presence == Presence::Gone {
            self.elsewhere.remove(&(person.id, node));
        } else {
            self.elsewhere.insert((person.id, node), (person.presence, Instant::now()));
        }
    }

    fn presence_here(&self, user: UserId) -> Presence {
        let connections = self.connections.values().filter(|connection| connection.user == user);
        connections
            .map(
                |connection| {
                    if connection.hidden || connection.heard.elapsed() > AWAY { Presence::Away } else { Presence::Here }
                },
            )
            .fold(Presence::Gone, better)
    }

    fn person(&self, id: UserId, presence: Presence) -> Person {
        Person { id, presence, place: self.places.get(&id).copied() }
    }

    /// Returns what has changed about somebody since the last call.
    pub fn look(&mut self, user: UserId) -> Change {
        let here = self.presence_here(user);
        // Expire what a dead server reported last.
        self.elsewhere.retain(|_, (_, heard)| heard.elapsed() <= AWAY);
        let elsewhere = self.elsewhere.iter().filter(|((id, _), _)| *id == user).map(|(_, (presence, _))| *presence);
        let everywhere = elsewhere.fold(here, better);
        let (was_here, was_everywhere) =
            self.published.insert(user, (here, everywhere)).unwrap_or((Presence::Gone, Presence::Gone));
        if (here, everywhere) == (Presence::Gone, Presence::Gone) {
            self.published.remove(&user);
        }
        Change {
            here: (here != was_here).then(|| self.person(user, here)),
            everywhere: (everywhere != was_everywhere).then_some(everywhere),
        }
    }

    /// Everybody whose presence may have changed.
    #[must_use]
    pub fn everybody(&self) -> BTreeSet<UserId> {
        self.published.keys().copied().collect()
    }

    /// Everybody connected to this server.
    #[must_use]
    pub fn here(&self) -> Vec<Person> {
        let users: BTreeSet<UserId> = self.connections.values().map(|connection| connection.user).collect();
        users.into_iter().map(|user| self.person(user, self.presence_here(user))).collect()
    }

    /// Whether the heartbeat to the other servers is due. If it is, starts the next interval.
    pub fn is_time_to_tell(&mut self) -> bool {
        let due = self.published_at.elapsed() >= TELL;
        if due {
            self.published_at = Instant::now();
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    #[tokio::test(start_paused = true)]
    async fn a_student_is_away_when_unheard_and_gone_with_the_last_connection() {
        let (mut presences, student) = (PresenceTracker::default(), user(1));
        presences.enter(1, student);
        assert_eq!(presences.look(student).everywhere, Some(Presence::Here));
        assert_eq!(presences.look(student).everywhere, None);
        tokio::time::advance(AWAY + Duration::from_millis(1)).await;
        assert_eq!(presences.look(student).everywhere, Some(Presence::Away));
        presences.enter(2, student);
        assert_eq!(presences.look(student).everywhere, Some(Presence::Here));
        presences.beat(2, true);
        assert_eq!(presences.look(student).everywhere, Some(Presence::Away));
        presences.leave(1);
        presences.leave(2);
        assert_eq!(presences.look(student).everywhere, Some(Presence::Gone));
        assert!(presences.everybody().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn another_server_counts_as_long_as_it_speaks() {
        let (mut presences, student, node) = (PresenceTracker::default(), user(1), Uuid::from_u128(9));
        let there = Person { id: student, presence: Presence::Here, place: None };
        presences.hear(node, &there);
        let change = presences.look(student);
        assert_eq!((change.here, change.everywhere), (None, Some(Presence::Here)));
        tokio::time::advance(AWAY / 2).await;
        presences.hear(node, &there);
        tokio::time::advance(AWAY / 2 + Duration::from_secs(1)).await;
        assert_eq!(presences.look(student).everywhere, None);
        tokio::time::advance(AWAY).await;
        assert_eq!(presences.look(student).everywhere, Some(Presence::Gone));
    }
}
