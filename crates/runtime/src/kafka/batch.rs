//! Batch consumption: librdkafka hands over thousands of messages per call, which costs a quarter of one call per
//! message. The one place with unsafe code; every pointer is checked, and nothing outlives its call.
#![allow(unsafe_code, reason = "rust-rdkafka has no batch call")]

use rdkafka::bindings as native;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::Duration;

/// A message, borrowed for the length of one visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fetched<'a> {
    pub(super) topic: &'a str,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) key: Option<&'a [u8]>,
    pub(super) payload: Option<&'a [u8]>,
    pub(super) timestamp_ms: i64,
    pub(super) headers: &'a [(&'a str, &'a [u8])],
}

/// What came out of the queue.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'a> {
    Message(Fetched<'a>),
    /// The last stable offset was reached; `offset` is the next one.
    End {
        offset: i64,
    },
    /// An error of a partition.
    Error(native::rd_kafka_resp_err_t),
}

/// A queue of our own to which the partitions of a consumer are forwarded.
pub(super) struct BatchQueue<C: ConsumerContext + 'static> {
    queue: *mut native::rd_kafka_queue_t,
    messages: Vec<*mut native::rd_kafka_message_t>,
    with_headers: bool,
    /// Keeps the client alive for as long as the queue.
    consumer: Arc<BaseConsumer<C>>,
}

impl<C: ConsumerContext + 'static> BatchQueue<C> {
    pub(super) fn new(consumer: Arc<BaseConsumer<C>>, with_headers: bool) -> Option<Self> {
        // SAFETY: the client pointer is valid while `consumer` lives, which the queue keeps.
        let queue = unsafe { native::rd_kafka_queue_new(consumer.client().native_ptr()) };
        (!queue.is_null()).then(|| BatchQueue { queue, messages: Vec::new(), with_headers, consumer })
    }

    /// From now on the partition's messages come out of this queue and no other, until the partition is stopped. Call it before
    /// assigning (librdkafka then never sends them to the consumer's own queue) and again when an earlier stop is over.
    pub(super) fn forward(&self, topic: &str, partition: i32) -> bool {
        let Ok(topic) = CString::new(topic) else { return false };
        // SAFETY: valid client and queue; the reference taken on the partition's queue is given back at once.
        unsafe {
            let source = native::rd_kafka_queue_get_partition(self.consumer.client().native_ptr(), topic.as_ptr(), partition);
            if source.is_null() {
                return false;
            }
            native::rd_kafka_queue_forward(source, self.queue);
            native::rd_kafka_queue_destroy(source);
        }
        true
    }

    /// Waits at most `wait` for the first message and hands at most `limit` events to `visit`. Returns how many there were.
    pub(super) fn consume(&mut self, wait: Duration, limit: usize, visit: &mut impl FnMut(Event<'_>)) -> usize {
        self.messages.resize(limit, std::ptr::null_mut());
        let wait_ms = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the buffer has room for `limit` pointers.
        let count = unsafe { native::rd_kafka_consume_batch_queue(self.queue, wait_ms, self.messages.as_mut_ptr(), limit) };
        let count = usize::try_from(count).unwrap_or(0);
        for message in self.messages.iter().take(count) {
            // SAFETY: librdkafka wrote `count` valid messages; each is destroyed exactly once, after its visit.
            unsafe {
                if let Some(message) = message.as_ref() {
                    visit_message(message, self.with_headers, visit);
                }
                native::rd_kafka_message_destroy(*message);
            }
        }
        count
    }
}

impl<C: ConsumerContext + 'static> Drop for BatchQueue<C> {
    fn drop(&mut self) {
        // SAFETY: created by `new`, destroyed once, before the client (field order does not matter: `consumer` is still held).
        unsafe { native::rd_kafka_queue_destroy(self.queue) }
    }
}

/// # Safety
/// `message` must be a message that librdkafka handed out and that is not yet destroyed.
unsafe fn visit_message(message: &native::rd_kafka_message_t, with_headers: bool, visit: &mut impl FnMut(Event<'_>)) {
    use native::rd_kafka_resp_err_t::{RD_KAFKA_RESP_ERR__PARTITION_EOF, RD_KAFKA_RESP_ERR_NO_ERROR};
    match message.err {
        RD_KAFKA_RESP_ERR_NO_ERROR => {}
        RD_KAFKA_RESP_ERR__PARTITION_EOF => return visit(Event::End { offset: message.offset }),
        error => return visit(Event::Error(error)),
    }
    // SAFETY: by contract of the caller; the slices live as long as the message, which outlives the visit.
    unsafe {
        let topic = CStr::from_ptr(native::rd_kafka_topic_name(message.rkt)).to_str().unwrap_or("");
        let mut headers = Vec::new();
        if with_headers {
            read_headers(message, &mut headers);
        }
        visit(Event::Message(Fetched {
            topic,
            partition: message.partition,
            offset: message.offset,
            key: slice(message.key, message.key_len),
            payload: slice(message.payload, message.len),
            timestamp_ms: native::rd_kafka_message_timestamp(message, std::ptr::null_mut()).max(0),
            headers: &headers,
        }));
    }
}

/// # Safety
/// `start` must be null or point to `length` readable bytes that live for `'a`.
unsafe fn slice<'a>(start: *const std::ffi::c_void, length: usize) -> Option<&'a [u8]> {
    // SAFETY: by contract of the caller.
    (!start.is_null()).then(|| unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) })
}

/// # Safety
/// As `visit_message`.
unsafe fn read_headers<'a>(message: &'a native::rd_kafka_message_t, headers: &mut Vec<(&'a str, &'a [u8])>) {
    // SAFETY: the headers belong to the message; names and values live as long as it does.
    unsafe {
        let mut list = std::ptr::null_mut();
        if native::rd_kafka_message_headers(message, &mut list) != native::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return;
        }
        for index in 0.. {
            let (mut name, mut value, mut size) = (std::ptr::null(), std::ptr::null(), 0);
            let error = native::rd_kafka_header_get_all(list, index, &mut name, &mut value, &mut size);
            if error != native::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR || name.is_null() {
                return;
            }
            headers.push((CStr::from_ptr(name).to_str().unwrap_or(""), slice(value, size).unwrap_or_default()));
        }
    }
}

/// The high watermark of the last fetch of a partition; none: not known yet.
pub(super) fn cached_high_watermark<C: ConsumerContext>(consumer: &BaseConsumer<C>, topic: &str, partition: i32) -> Option<i64> {
    let topic = CString::new(topic).ok()?;
    let (mut low, mut high) = (0, 0);
    // SAFETY: valid client; both results are written before they are read.
    let error =
        unsafe { native::rd_kafka_get_watermark_offsets(consumer.client().native_ptr(), topic.as_ptr(), partition, &mut low, &mut high) };
    (error == native::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0).then_some(high)
}

/// The group's generation as this member knows it; negative: it is no member at present.
pub(super) fn generation<C: ConsumerContext>(consumer: &BaseConsumer<C>) -> i32 {
    // SAFETY: valid client; the metadata is checked for null and destroyed exactly once.
    unsafe {
        let metadata = native::rd_kafka_consumer_group_metadata(consumer.client().native_ptr());
        if metadata.is_null() {
            return -1;
        }
        let generation = native::rd_kafka_consumer_group_metadata_generation_id(metadata);
        native::rd_kafka_consumer_group_metadata_destroy(metadata);
        generation
    }
}
