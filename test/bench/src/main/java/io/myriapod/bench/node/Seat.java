package io.myriapod.bench.node;

import io.myriapod.fixtures.Netns;

/**
 * Where a pod sits: a namespace that is used again and again, since making and deleting namespaces
 * keeps the kernel busy.
 */
public record Seat(int number, Netns namespace) {}
