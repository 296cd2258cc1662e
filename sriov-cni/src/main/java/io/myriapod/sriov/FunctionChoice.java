package io.myriapod.sriov;

import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Deadline;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Journal;
import io.myriapod.linux.link.Link;
import io.myriapod.linux.link.VfRate;
import io.myriapod.linux.namespace.NetworkNamespace;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciFunction;
import io.myriapod.types.MacAddress;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.use.LinkUse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whether a pod can have the function that a config means, as the config wants it. */
final class FunctionChoice {
  /** How long the DEL of a pod before may be late. */
  private static final Duration LATE = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 50;

  private final Functions functions;
  private final Limits limits;
  private final Journal journal;

  FunctionChoice(Functions functions, Limits limits, Journal journal) {
    this.functions = functions;
    this.limits = limits;
    this.journal = journal;
  }

  DeviceTree tree() {
    return functions.tree();
  }

  /**
   * A function that a pod can have.
   *
   * @param card absent inside a virtual machine, and if the physical function has no link here
   * @param wanted what the card is to be told; nothing without card
   * @param link absent if programs drive the function, or if a pod has it
   */
  record Chosen(Optional<Card> card, CardSettings wanted, Optional<Link> link) {}

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
    CardSettings wanted = wanted(config, card);
    card.ifPresent(one -> requireAble(one, wanted, config));
    return new Chosen(card, wanted, link(function, host));
  }

  private static CardSettings wanted(SriovConfig config, Optional<Card> card) {
    VfRate former = card.flatMap(one -> one.read().rate()).orElse(new VfRate(0, 0));
    CardSettings wanted = config.card().on(former);
    CardSettings forCard = wanted.withMac(Optional.empty());
    if (card.isEmpty() && !forCard.isEmpty()) {
      throw new CniException(
          ErrorCode.DEVICE_UNUSABLE,
          "tell the card of %s %s: its physical function is not to be seen here"
              .formatted(config.device(), forCard.keys()),
          "inside a virtual machine the host must set them; remove them from the network"
              + " configuration. \"mac\" and \"mtu\" work here");
    }
    return wanted;
  }

  private void requireAble(Card card, CardSettings wanted, SriovConfig config) {
    limits.require(card.driver(), wanted);
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

  /**
   * Waits while the DEL of the pod before is late.
   *
   * @throws CniException 11 if that lasts too long, 7 if the container has the function already
   */
  void awaitHolder(PciAddress device, AttachmentKey key, Deadline deadline) {
    long end = System.nanoTime() + LATE.toNanos();
    Optional<AttachmentRecord> holder = holder(device, key);
    while (holder.isPresent()) {
      requireOthers(device, holder.get(), key);
      if (System.nanoTime() - end > 0) {
        throw held(device, holder.get());
      }
      deadline.require("wait for container %s, which has %s".formatted(holder.get().key(), device));
      pause();
      holder = holder(device, key);
    }
  }

  /**
   * Throws CniException 11 if somebody has it by now, or if its driver or its card is being
   * changed.
   */
  void requireFree(PciAddress device, AttachmentKey key) {
    Optional<AttachmentRecord> holder = holder(device, key);
    if (holder.isPresent()) {
      throw held(device, holder.get());
    }
    functions.bus().withPhysical(device).stream()
        .filter(journal.devices()::isUnfinished)
        .findFirst()
        .ifPresent(
            changing -> {
              throw new CniException(
                  ErrorCode.TRY_AGAIN_LATER,
                  "take virtual function %s: a change of %s has begun and is not finished"
                      .formatted(device, changing),
                  "it goes on or is taken back by itself; `myriapod vf list` shows the state");
            });
  }

  private Optional<AttachmentRecord> holder(PciAddress device, AttachmentKey key) {
    return journal.devices().holder(device).filter(record -> !record.key().equals(key));
  }

  private static void requireOthers(PciAddress device, AttachmentRecord holder, AttachmentKey key) {
    if (holder.key().container().equals(key.container())) {
      throw new CniException(
          ErrorCode.INVALID_CONFIG,
          "take virtual function %s: the same container has it already, as \"%s\""
              .formatted(device, holder.key().interfaceName()),
          "two networks of one pod cannot have the same function");
    }
  }

  private static CniException held(PciAddress device, AttachmentRecord holder) {
    return new CniException(
        ErrorCode.TRY_AGAIN_LATER,
        "take virtual function %s: container %s has it, as \"%s\""
            .formatted(device, holder.key().container(), holder.key().interfaceName()),
        "it is free again when that pod is deleted; `myriapod vf list` shows the holder");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER, "wait for a virtual function: interrupted", "call again", e);
    }
  }
}
