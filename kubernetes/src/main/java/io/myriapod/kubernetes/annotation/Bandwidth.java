package io.myriapod.kubernetes.annotation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Limits of traffic: rates in bits per second, bursts in bits. */
public record Bandwidth(
    Optional<Long> ingressRate,
    Optional<Long> ingressBurst,
    Optional<Long> egressRate,
    Optional<Long> egressBurst) {

  /** Throws {@link IllegalArgumentException} that says which value is wrong. */
  public Bandwidth {
    if (ingressRate.isEmpty() && egressRate.isEmpty()) {
      throw new IllegalArgumentException("want ingressRate or egressRate");
    }
    requireDirection("ingress", ingressRate, ingressBurst);
    requireDirection("egress", egressRate, egressBurst);
  }

  private static void requireDirection(
      String direction, Optional<Long> rate, Optional<Long> burst) {
    if (rate.isPresent() && rate.get() <= 0) {
      throw new IllegalArgumentException(
          "%sRate %d: want more than 0".formatted(direction, rate.get()));
    }
    if (burst.isPresent() && burst.get() <= 0) {
      throw new IllegalArgumentException(
          "%sBurst %d: want more than 0".formatted(direction, burst.get()));
    }
    if (burst.isPresent() && rate.isEmpty()) {
      throw new IllegalArgumentException("%1$sBurst without %1$sRate".formatted(direction));
    }
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ingressRate.ifPresent(rate -> json.put("ingressRate", rate));
    ingressBurst.ifPresent(burst -> json.put("ingressBurst", burst));
    egressRate.ifPresent(rate -> json.put("egressRate", rate));
    egressBurst.ifPresent(burst -> json.put("egressBurst", burst));
    return json;
  }
}
