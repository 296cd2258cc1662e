package io.myriapod.journal.log;

/** An entry that was read back. */
public record LogEntry(long sequence, byte[] payload) {}
