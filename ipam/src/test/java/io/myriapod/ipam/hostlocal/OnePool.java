package io.myriapod.ipam.hostlocal;

import static io.myriapod.ipam.Requests.config;
import static io.myriapod.ipam.Requests.hostLocal;
import static io.myriapod.ipam.Requests.request;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.myriapod.cni.config.NetworkConfig;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.ipam.lease.LeaseDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pool of a test's own, in the directory {@code /leases} of a root of its own. */
abstract class OnePool {
  static final NetworkConfig SMALL = config(hostLocal("[{'subnet':'10.1.2.0/29'}]"));
  static final NetworkConfig DUAL =
      config(hostLocal("[{'subnet':'10.1.2.0/29'}],[{'subnet':'fd00::/64'}]"));

  @TempDir Path root;
  HostLocal hostLocal;
  Path leases;

  @BeforeEach
  void newPool() {
    hostLocal = new HostLocal(LeaseDirectories.ofKernel(), root, RecordedAttachments.NONE);
    leases = root.resolve("leases/pool");
  }

  String add(String container, NetworkConfig config) {
    return hostLocal.allocate(request(container, config)).addresses().stream()
        .map(address -> address.address().toString())
        .reduce((first, second) -> first + " " + second)
        .orElse("");
  }

  CniException refused(PluginRequest request) {
    return assertThrows(CniException.class, () -> hostLocal.allocate(request));
  }

  List<String> files() throws IOException {
    if (!Files.exists(leases)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(leases)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals("lock") && !name.startsWith("last_"))
          .sorted()
          .toList();
    }
  }

  void write(String name, String text) throws IOException {
    Files.createDirectories(leases);
    Files.writeString(leases.resolve(name), text);
  }
}
