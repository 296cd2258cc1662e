package io.myriapod.sriov;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.MacAddress;
import io.myriapod.vfio.use.LinkUse;
import java.util.Optional;

/** Whether a pod can have the function that a config means, as the config wants it. */
final class FunctionChoice {
  private final Functions functions;
  private final Limits limits;

  FunctionChoice(Functions functions, Limits limits) {
    this.functions = functions;
    this.limits = limits;
  }

  DeviceTree tree() {
    return functions.tree();
  }

  /**
   * A function that a pod can have.
   *
   * @param card absent inside a virtual machine, and if the physical function has no link here
   * @param former what the card says now
   * @param wanted what the card is to be told; nothing without card
   * @param forPrograms whether programs drive it: then it has no link
   * @param link its link on the node; absent while a pod has it
   */
  record Chosen(
      Optional<Card> card,
      Optional<CardSettings> former,
      CardSettings wanted,
      boolean forPrograms,
      Optional<Link> link) {
    /** Throws CniException 114 if its link is in another namespace, whoever has put it there. */
    void requireHere(SriovConfig config) {
      if (!forPrograms && link.isEmpty()) {
        throw new CniException(
            ErrorCode.DEVICE_IN_USE,
            "take virtual function %s: its interface is in another namespace than the node's"
                .formatted(config.device()),
            "delete what has it there; `myriapod vf bind %s --default` after an unbind makes it anew"
                .formatted(config.device()));
      }
    }
  }

  /**
   * The function, whoever has it now. Changes nothing.
   *
   * @throws CniException 7, 113, 114 or 115
   */
  Chosen choose(SriovConfig config, NetworkNamespace host) {
    PciFunction function = functions.require(config.device());
    if (function.sriov().isPresent()) {
      throw new CniException(
          ErrorCode.DEVICE_NOT_FOUND,
          "take virtual function %s: it is a physical one".formatted(config.device()),
          "name a virtual function, or use plugin host-device for the whole card");
    }
    Optional<Card> card = functions.cardOf(config.device(), host);
    Optional<CardSettings> now = card.map(Card::read);
    CardSettings wanted = wanted(config, function, now);
    card.ifPresent(one -> requireAble(one, now.orElseThrow(), wanted, config));
    return new Chosen(card, now, wanted, function.isForPrograms(), link(function, host));
  }

  private static CardSettings wanted(
      SriovConfig config, PciFunction function, Optional<CardSettings> now) {
    VfRate former = now.flatMap(CardSettings::rate).orElse(new VfRate(0, 0));
    CardSettings wanted = config.card().on(former);
    CardSettings forCard = function.isForPrograms() ? wanted : wanted.withMac(Optional.empty());
    if (now.isEmpty() && !forCard.isEmpty()) {
      throw cannotBeTold(function, forCard);
    }
    return wanted;
  }

  private static CniException cannotBeTold(PciFunction function, CardSettings settings) {
    String attempt = "tell the card of %s %s".formatted(function.address(), settings.keys());
    return function
        .virtualOf()
        .map(
            of ->
                new CniException(
                    ErrorCode.DEVICE_UNUSABLE,
                    "%s: its physical function %s has no interface on the node"
                        .formatted(attempt, of.physical()),
                    "bring that interface back, or give the physical function its driver"))
        .orElseGet(
            () ->
                new CniException(
                    ErrorCode.DEVICE_UNUSABLE,
                    attempt + ": its physical function is not to be seen here",
                    "inside a virtual machine the host must set them; remove them from the network"
                        + " configuration. \"mac\" and \"mtu\" work here"));
  }

  private void requireAble(Card card, CardSettings now, CardSettings wanted, SriovConfig config) {
    limits.require(card.driver(), wanted);
    requireKnown(card, now, wanted);
    Optional<MacAddress> taken = wanted.mac().filter(card::hasElsewhere);
    if (taken.isPresent()) {
      throw new CniException(
          ErrorCode.DEVICE_UNUSABLE,
          "give MAC address %s to %s: the card or another of its virtual functions has it"
              .formatted(taken.get(), card),
          "choose another MAC address, or none");
    }
    if (config.mtu().filter(mtu -> mtu > card.physical().mtu()).isPresent()) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "\"mtu\" is %d: want at most %d, the MTU of the physical function \"%s\""
              .formatted(config.mtu().get(), card.physical().mtu(), card.physical().name()),
          "lower \"mtu\", or raise that of the card: `mtu` in the agent's configuration");
    }
  }

  /** What the card does not tell of could not be put back. */
  private static void requireKnown(Card card, CardSettings now, CardSettings wanted) {
    for (Setting setting : Setting.values()) {
      if (setting.in(wanted).isPresent() && setting.in(now).isEmpty()) {
        throw new CniException(
            ErrorCode.DEVICE_UNUSABLE,
            "set %s of %s: driver %s does not tell what it is"
                .formatted(setting, card, card.driver()),
            "remove it from the network configuration, or use cards of another driver");
      }
    }
  }

  private Optional<Link> link(PciFunction function, NetworkNamespace host) {
    if (function.isForPrograms()) {
      return Optional.empty();
    }
    Optional<Link> link = functions.linkOf(function.address(), host);
    link.flatMap(one -> LinkUse.of(one, host).stream().findFirst())
        .ifPresent(
            use -> {
              throw new CniException(
                  ErrorCode.DEVICE_IN_USE,
                  "take virtual function %s: it %s".formatted(function.address(), use.finding()),
                  use.whatToDo());
            });
    if (link.isEmpty() && function.driver().isEmpty()) {
      throw new CniException(
          ErrorCode.DEVICE_UNUSABLE,
          "take virtual function %s: it has no driver".formatted(function.address()),
          "run `myriapod vf bind %s --default`, or give it a driver for programs"
              .formatted(function.address()));
    }
    return link;
  }
}
