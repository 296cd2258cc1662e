package io.myriapod.e2e.behaviour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Who uses which address, seen by every process: a file per address that only one can create. */
record Claims(Path folder) {
  /** Fails if anybody uses it. */
  void take(String address, String holder) throws IOException {
    Files.writeString(folder.resolve(address), holder, StandardOpenOption.CREATE_NEW);
  }

  void give(String address) throws IOException {
    Files.delete(folder.resolve(address));
  }
}
