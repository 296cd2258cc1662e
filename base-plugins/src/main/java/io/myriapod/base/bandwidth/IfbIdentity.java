package io.myriapod.base.bandwidth;

import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.Links;
import io.myriapod.types.ContainerId;
import io.myriapod.types.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How the ifb of an attachment is called and known again. Its name is the reference plugin's, made
 * of network and container; a second interface of one container on one network, which the reference
 * plugin cannot limit, gets one that the interface's name is part of too. Its alias says in words
 * whose it is.
 */
record IfbIdentity(String network, Attachment attachment) {
  static final String KIND = "ifb";
  private static final String PREFIX = "bwp";
  private static final String ALIAS = "myriapod bandwidth";
  private static final int DIGITS = 12;

  /** IFALIASZ less its zero byte. linux/if.h */
  private static final int LONGEST_ALIAS = 255;

  static IfbIdentity of(PluginRequest request) {
    return new IfbIdentity(request.config().name(), request.attachment());
  }

  /** In the order in which they are tried. */
  List<InterfaceName> names() {
    String shared = network + attachment.container();
    return List.of(named(shared), named(shared + "/" + attachment.interfaceName()));
  }

  private static InterfaceName named(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-512").digest(text.getBytes(StandardCharsets.UTF_8));
      return new InterfaceName(PREFIX + HexFormat.of().formatHex(digest).substring(0, DIGITS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-512: every JDK has it", e);
    }
  }

  /** Empty if it would be too long for a link; then only the journal knows whose it is. */
  Optional<String> alias() {
    String alias =
        "%s %s %s %s".formatted(ALIAS, network, attachment.container(), attachment.interfaceName());
    return Optional.of(alias).filter(text -> text.length() <= LONGEST_ALIAS);
  }

  /** The attachment that an ifb's alias names, if it is one of that network. */
  static Optional<Attachment> ofNetwork(String network, Link link) {
    String start = ALIAS + " " + network + " ";
    if (!link.isKind(KIND) || !link.alias().startsWith(start)) {
      return Optional.empty();
    }
    String[] words = link.alias().substring(start.length()).split(" ", -1);
    try {
      return Optional.of(new Attachment(new ContainerId(words[0]), new InterfaceName(words[1])));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty(); // somebody else wrote it
    }
  }

  /** The ifbs under its names that are its own, or nobody's in particular: the reference's. */
  List<Link> find(Links links) {
    return names().stream()
        .flatMap(name -> links.find(name.value()).stream())
        .filter(link -> link.isKind(KIND))
        .filter(link -> link.alias().isEmpty() || isMarked(link))
        .toList();
  }

  /** Whether the link's alias names this very attachment. */
  boolean isMarked(Link link) {
    return link.isKind(KIND) && alias().filter(link.alias()::equals).isPresent();
  }
}
