package io.myriapod.journal;

import java.util.Optional;

/**
 * Where a record comes from; never changes.
 *
 * @param part what a plugin that was called by itself added to the attachment of others; absent for
 *     the attachment itself
 * @param bootId of the boot in which it was begun
 */
record RecordOrigin(AttachmentKey key, Optional<String> part, String bootId) {}
