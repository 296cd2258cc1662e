package io.myriapod.agent.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** Lets in root and the agent's own user; SO_PEERCRED in unix(7). Compared by number, not name. */
final class PeerCheck {
  private final Set<UserPrincipal> allowed;

  private PeerCheck(Set<UserPrincipal> allowed) {
    this.allowed = allowed;
  }

  /**
   * @param own a file that this process has made
   */
  static PeerCheck rootAndOwnerOf(Path own) throws IOException {
    UserPrincipal root =
        own.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("0");
    UserPrincipal self = Files.getOwner(own);
    return new PeerCheck(root.equals(self) ? Set.of(root) : Set.of(root, self));
  }

  /** The user at the other end, if it is one who may not talk to the agent. */
  Optional<UserPrincipal> stranger(SocketChannel channel) throws IOException {
    UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    return allowed.contains(peer) ? Optional.empty() : Optional.of(peer);
  }
}
