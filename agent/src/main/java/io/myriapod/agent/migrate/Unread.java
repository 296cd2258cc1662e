package io.myriapod.agent.migrate;

import java.nio.file.Path;

/** What was found and could not be taken over, and why. */
record Unread(Path file, String reason) {}
