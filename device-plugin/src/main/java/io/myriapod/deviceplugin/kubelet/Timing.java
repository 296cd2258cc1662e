package io.myriapod.deviceplugin.kubelet;

import java.time.Duration;

/**
 * How long things may take.
 *
 * @param look longest time between two looks at sockets and folders; inotify makes it shorter
 * @param patience how long the kubelet may go without a ListAndWatch stream before the resource is
 *     announced again; its own look at the folder is a second away, its start some
 * @param firstRetry before the second try of whatever did not work; doubles from there
 * @param longestRetry where doubling ends
 * @param call deadline of the Register call, within which the kubelet connects back, for which it
 *     gives itself 10 s
 * @param farewell how long each may take, when a pool goes: the calls on their way, a consumer that
 *     has to read the empty list, and what is left then
 */
public record Timing(
    Duration look,
    Duration patience,
    Duration firstRetry,
    Duration longestRetry,
    Duration call,
    Duration farewell) {
  public static final Timing USUAL =
      new Timing(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofSeconds(15),
          Duration.ofSeconds(2));
}
