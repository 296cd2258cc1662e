package io.myriapod.lab.sriov;

import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.node.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of {@code examples}, put to use as its README says. */
record Example(Path folder) {
  static Example of(String name) {
    return new Example(Product.top().resolve("examples").resolve(name));
  }

  /** Copies one file to a place of the node's, below {@code etc}. */
  void copy(String file, Path root, String to) throws IOException {
    Path place = root.resolve("etc").resolve(to);
    Files.createDirectories(place.getParent());
    Files.copy(folder.resolve(file), place);
  }

  /** The configuration that the container runtime reads. */
  String networkConfiguration() throws IOException {
    return Files.readString(folder.resolve("10-myriapod.conf"));
  }

  /** Runs its script that looks into the pod. */
  void look(Netns pod) {
    Command.of("sh", "-x", folder.resolve("look.sh").toString(), pod.path().toString()).run();
  }
}
