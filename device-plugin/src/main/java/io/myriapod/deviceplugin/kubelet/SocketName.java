package io.myriapod.deviceplugin.kubelet;

import io.myriapod.deviceplugin.config.ResourceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a resource's socket is called: {@code intel.com_sriov_vfs.sock}. */
final class SocketName {
  /** Of a socket's whole path: what sun_path holds beside the final zero. unix(7) */
  static final int MOST_BYTES = 107;

  private static final String SUFFIX = ".sock";
  private static final int HASH_BYTES = 4;

  private SocketName() {}

  /**
   * The socket of a resource in that folder. Where the path would be too long for a socket, the end
   * of the name becomes a hash of the resource.
   *
   * @throws IOException if even then it is
   */
  static Path in(Path folder, ResourceName resource) throws IOException {
    String name = resource.prefix() + "_" + resource.name();
    int room = MOST_BYTES - bytes(folder) - 1 - SUFFIX.length();
    if (name.length() > room) {
      String hash = "-" + hash(resource);
      if (room <= hash.length()) {
        throw new IOException(
            "name a socket of %s in %s: a socket's path has no more than %d bytes"
                .formatted(resource, folder, MOST_BYTES));
      }
      name = name.substring(0, room - hash.length()) + hash;
    }
    return folder.resolve(name + SUFFIX);
  }

  /** Eight hexadecimal digits that stand for a resource. */
  static String hash(ResourceName resource) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(resource.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
