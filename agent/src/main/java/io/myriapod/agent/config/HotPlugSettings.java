package io.myriapod.agent.config;

import io.myriapod.cni.config.ConfigObject;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the networks of running pods change, if they do.
 *
 * @param follow whether pods follow their annotation; key {@code hotplug}
 * @param delegateSocket where a hot-plug controller asks for networks instead; a path of the node;
 *     key {@code delegateSocket}
 */
public record HotPlugSettings(boolean follow, Optional<Path> delegateSocket) {
  private static final String FOLLOW = "hotplug";
  private static final String DELEGATE_SOCKET = "delegateSocket";

  /** A path of a Unix socket has 107 bytes at most, {@code sockaddr_un} of unix(7). */
  private static final int LONGEST_PATH = 101;

  /** Throws CniException 7 naming key, value and what is allowed. */
  static HotPlugSettings read(ConfigObject config) {
    boolean follow = config.bool(FOLLOW, false);
    Optional<Path> socket = config.path(DELEGATE_SOCKET);
    if (socket.isPresent() && socket.get().toString().length() > LONGEST_PATH) {
      throw config.invalid(
          DELEGATE_SOCKET, socket.get().toString(), "at most %d bytes".formatted(LONGEST_PATH));
    }
    if (follow && socket.isPresent()) {
      throw config.impossible(
          DELEGATE_SOCKET,
          "stands beside \"hotplug\": both would attach what the annotation asks for");
    }
    return new HotPlugSettings(follow, socket);
  }
}
