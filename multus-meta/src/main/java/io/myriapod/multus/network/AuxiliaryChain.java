package io.myriapod.multus.network;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.config.NetworkList;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.version.CniVersion;
import io.myriapod.types.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Key {@code auxiliaryCNIChainName}: a chain that begins with plugin {@code passthru} and goes on
 * with the files of a directory. It exists only if there is a file.
 */
final class AuxiliaryChain {
  private static final int MAX_FILES = 64;

  private AuxiliaryChain() {}

  static Optional<Delegate> read(Path directory, String name) {
    if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,199}")) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "\"auxiliaryCNIChainName\" is %s: want the name of a network"
              .formatted(Quoted.shortened(name)),
          "correct \"auxiliaryCNIChainName\" in the network configuration");
    }
    List<NetworkConfig> plugins = new ArrayList<>();
    files(directory.resolve(name)).forEach(file -> plugins.add(NetworkConfig.parse(bytes(file))));
    return plugins.isEmpty() ? Optional.empty() : Optional.of(chain(name, plugins));
  }

  private static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(file -> file.toString().endsWith(".conf") && Files.isRegularFile(file))
          .sorted()
          .limit(MAX_FILES)
          .toList();
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Json.MAX_BYTES + 1);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static CniException unreadable(Path path, IOException cause) {
    return new CniException(
        ErrorCode.IO,
        "read %s: %s".formatted(path, cause.getMessage()),
        "it belongs to \"auxiliaryCNIChainName\" of the network configuration",
        cause);
  }

  private static Delegate chain(String name, List<NetworkConfig> plugins) {
    ObjectNode list = Json.object();
    list.put("cniVersion", CniVersion.V1_0_0.text()).put("name", name);
    list.putArray("plugins").addObject().put("type", "passthru");
    return new Delegate(name, NetworkList.parse(Json.bytes(list)).withAppended(plugins));
  }
}
