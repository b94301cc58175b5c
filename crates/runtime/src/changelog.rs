//! The position record that the loop writes into the changelog in every transaction: how far the input had been read
//! when the state beside it was written. On restore it must equal the group's committed offset.

/// Key of the position of an input topic.
pub fn position_key(input: usize) -> [u8; 2] {
    [b'p', input as u8]
}

/// True if a changelog key belongs to the loop and not to the task.
pub fn is_position(key: &[u8]) -> Option<usize> {
    match key {
        [b'p', input] => Some(usize::from(*input)),
        _ => None,
    }
}

/// How far an input partition had been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Offset of the next record.
    pub offset_next: i64,
    /// Number of partitions that the input topic had.
    pub layout: i32,
    /// Replay generation.
    pub generation: i32,
}

impl Position {
    const VERSION: u8 = 1;

    /// Version byte, then offset, layout and generation, big-endian.
    pub fn encode(&self) -> [u8; 17] {
        let mut bytes = [0; 17];
        bytes[0] = Self::VERSION;
        bytes[1..9].copy_from_slice(&self.offset_next.to_be_bytes());
        bytes[9..13].copy_from_slice(&self.layout.to_be_bytes());
        bytes[13..17].copy_from_slice(&self.generation.to_be_bytes());
        bytes
    }

    /// Reads what `encode` wrote; none: another version or damaged.
    ///
    /// ```
    /// use runtime::changelog::Position;
    /// let position = Position { offset_next: 7, layout: 8, generation: 0 };
    /// assert_eq!(Position::decode(&position.encode()), Some(position));
    /// assert_eq!(Position::decode(b"x"), None);
    /// ```
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 17] = bytes.try_into().ok()?;
        let (version, rest) = bytes.split_first()?;
        let (offset, rest) = rest.split_first_chunk::<8>()?;
        let (layout, generation) = rest.split_first_chunk::<4>()?;
        (*version == Self::VERSION).then(|| Position {
            offset_next: i64::from_be_bytes(*offset),
            layout: i32::from_be_bytes(*layout),
            generation: i32::from_be_bytes(generation.try_into().unwrap_or_default()),
        })
    }
}

/// What the operator wants done when the group's offset and the state disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMismatch {
    /// Refuse to start.
    #[default]
    Refuse,
    /// Read on from the state's own position.
    Rewind,
    /// Forget the state, start from the group's offset.
    RebuildState,
}

/// Where a task starts to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At this offset (none: the beginning), with the restored state.
    At(Option<i64>),
    /// At this offset (none: the beginning), with empty state.
    EmptyAt(Option<i64>),
    /// Not at all: the layout of the input changed.
    RefuseLayout {
        /// Partitions when the state was written.
        state: i32,
        /// Partitions now.
        now: i32,
    },
    /// Not at all: the state belongs to another offset, or is gone.
    RefuseOffset {
        /// The state's; none: there is no state although the group has committed, so the changelog is not the one it was.
        state: Option<i64>,
        /// The group's.
        group: Option<i64>,
    },
}

/// Decides where to start: `position` is the state's, `committed` the group's offset, `layout` the partitions of today.
pub fn start(position: Option<Position>, committed: Option<i64>, layout: i32, wish: OnMismatch) -> Start {
    let Some(position) = position else {
        return match (committed, wish) {
            (None, _) | (_, OnMismatch::Rewind) => Start::At(None),
            (_, OnMismatch::RebuildState) => Start::EmptyAt(committed),
            (group, OnMismatch::Refuse) => Start::RefuseOffset { state: None, group },
        };
    };
    if position.layout == layout && committed == Some(position.offset_next) {
        return Start::At(committed);
    }
    if wish == OnMismatch::RebuildState {
        return Start::EmptyAt(committed);
    }
    if position.layout != layout {
        return Start::RefuseLayout { state: position.layout, now: layout };
    }
    if wish == OnMismatch::Rewind {
        return Start::At(Some(position.offset_next));
    }
    Start::RefuseOffset { state: Some(position.offset_next), group: committed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_never_doubled_in_silence() {
        let state = Some(Position { offset_next: 10, layout: 8, generation: 0 });
        for wish in [OnMismatch::Refuse, OnMismatch::Rewind, OnMismatch::RebuildState] {
            assert_eq!(start(None, None, 8, wish), Start::At(None));
        }
        // The changelog was deleted, or is another one: nothing must go on from the group's offset as if all were well.
        assert_eq!(start(None, Some(3), 8, OnMismatch::Refuse), Start::RefuseOffset { state: None, group: Some(3) });
        assert_eq!(start(None, Some(3), 8, OnMismatch::Rewind), Start::At(None));
        assert_eq!(start(None, Some(3), 8, OnMismatch::RebuildState), Start::EmptyAt(Some(3)));
        // Where they agree there is nothing to forget: a restore in the middle of a run must find its state again.
        for wish in [OnMismatch::Refuse, OnMismatch::Rewind, OnMismatch::RebuildState] {
            assert_eq!(start(state, Some(10), 8, wish), Start::At(Some(10)));
        }
        // Offsets expired, reset backwards, reset forwards.
        for group in [None, Some(0), Some(11)] {
            assert_eq!(start(state, group, 8, OnMismatch::Refuse), Start::RefuseOffset { state: Some(10), group });
            assert_eq!(start(state, group, 8, OnMismatch::Rewind), Start::At(Some(10)));
            assert_eq!(start(state, group, 8, OnMismatch::RebuildState), Start::EmptyAt(group));
        }
        assert_eq!(start(state, Some(10), 9, OnMismatch::Refuse), Start::RefuseLayout { state: 8, now: 9 });
        assert_eq!(start(state, Some(10), 9, OnMismatch::Rewind), Start::RefuseLayout { state: 8, now: 9 });
        assert_eq!(start(state, Some(10), 9, OnMismatch::RebuildState), Start::EmptyAt(Some(10)));
    }
}
