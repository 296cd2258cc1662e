package io.myriapod.ipam;

import java.nio.file.Path;

/**
 * Where an address is, or will be, leased: enough to free it without a configuration.
 *
 * @param dataDir as configured, not below any other root
 */
public record LeaseRef(Path dataDir, String network) {}
