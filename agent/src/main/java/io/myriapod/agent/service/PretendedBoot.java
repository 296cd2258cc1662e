package io.myriapod.agent.service;

/**
 * For fault tests alone: lets an agent believe that the machine was started anew, by the system
 * property {@code myriapod.bootid}.
 */
final class PretendedBoot {
  private PretendedBoot() {}

  static String idOr(String real) {
    return System.getProperty("myriapod.bootid", real);
  }
}
