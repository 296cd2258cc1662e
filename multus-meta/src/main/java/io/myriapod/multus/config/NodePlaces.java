package io.myriapod.multus.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where things lie on the node.
 *
 * @param confDir network configurations that definitions without a config name
 * @param binDir executables, searched before CNI_PATH
 * @param readinessFile no ADD before it exists
 */
public record NodePlaces(Path confDir, Path binDir, Optional<Path> readinessFile) {}
