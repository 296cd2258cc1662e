package io.myriapod.ipam.hostlocal;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.result.Dns;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads resolver settings from a file in the form of resolv.conf(5), as host-local's dns.go. */
final class ResolverFile {
  private static final int MAX_BYTES = 64 * 1024;

  private ResolverFile() {}

  /**
   * Opens plain files only: a definition may name any path, and the mere opening of a pipe waits
   * for ever, that of a watchdog's device restarts the node. What the kernel makes up on the fly
   * has no size (the log in /proc/kmsg waits too) and tells no name servers.
   */
  static Dns read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw unreadable(file, "it is no plain file");
    }
    try {
      return Files.size(file) == 0 ? Dns.empty() : readPlain(file);
    } catch (IOException e) {
      throw unreadable(file, e.getClass().getSimpleName().replace("Exception", ""));
    }
  }

  private static Dns readPlain(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unreadable(file, "more than %d bytes".formatted(MAX_BYTES));
      }
      return parse(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  static Dns parse(String text) {
    List<String> nameservers = new ArrayList<>();
    List<String> search = new ArrayList<>();
    List<String> options = new ArrayList<>();
    String domain = "";
    for (String line : text.split("\n")) {
      List<String> fields = Arrays.asList(line.strip().split("\\s+"));
      boolean comment = line.strip().startsWith("#") || line.strip().startsWith(";");
      if (comment || fields.size() < 2) {
        continue;
      }
      List<String> values = fields.subList(1, fields.size());
      switch (fields.get(0)) {
        case "nameserver" -> nameservers.add(values.get(0));
        case "domain" -> domain = values.get(0);
        case "search" -> search.addAll(values);
        case "options" -> options.addAll(values);
        default -> {
          // resolv.conf(5) has more keywords; a CNI result has no place for them
        }
      }
    }
    return new Dns(nameservers, domain, search, options);
  }

  private static CniException unreadable(Path file, String finding) {
    return new CniException(
        ErrorCode.IO,
        "read \"resolvConf\" %s: %s".formatted(file, finding),
        "name a file in the form of resolv.conf that exists on this node");
  }
}
