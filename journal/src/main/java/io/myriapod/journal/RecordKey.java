package io.myriapod.journal;

/** What a record is about. Its text is short and fit for a log. */
public sealed interface RecordKey permits AttachmentKey, DeviceKey {}
