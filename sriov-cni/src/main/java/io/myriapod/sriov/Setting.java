package io.myriapod.sriov;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What a card can be told of a virtual function, in the order in which it is told. */
enum Setting {
  VLAN(
      "VLAN",
      CardSettings::vlan,
      (card, to) -> card.functions().setVfVlan(card.physical(), card.index(), to)),
  MAC(
      "MAC address",
      CardSettings::mac,
      (card, to) -> card.functions().setVfMac(card.physical(), card.index(), to)),
  RATE(
      "rate",
      CardSettings::rate,
      (card, to) -> card.functions().setVfRate(card.physical(), card.index(), to)),
  SPOOF_CHECK(
      "spoof check",
      CardSettings::spoofCheck,
      (card, to) -> card.functions().setVfSpoofCheck(card.physical(), card.index(), to)),
  TRUST(
      "trust",
      CardSettings::trust,
      (card, to) -> card.functions().setVfTrust(card.physical(), card.index(), to)),
  LINK_STATE(
      "link state",
      CardSettings::linkState,
      (card, to) -> card.functions().setVfLinkState(card.physical(), card.index(), to));

  private final String words;
  private final Function<CardSettings, ? extends Optional<?>> value;
  private final BiConsumer<Card, CardSettings> telling;

  <T> Setting(
      String words, Function<CardSettings, Optional<T>> value, BiConsumer<Card, T> telling) {
    this.words = words;
    this.value = value;
    this.telling =
        (card, settings) -> value.apply(settings).ifPresent(to -> telling.accept(card, to));
  }

  /** The value; empty if these settings say nothing of it. */
  Optional<?> in(CardSettings settings) {
    return value.apply(settings);
  }

  /** Tells the card the value. Throws ErrnoException. */
  void tell(Card card, CardSettings settings) {
    telling.accept(card, settings);
  }

  @Override
  public String toString() {
    return words;
  }
}
