package io.myriapod.agent.service;

import io.myriapod.agent.socket.FrameException;
import io.myriapod.agent.socket.RequestFrame;
import io.myriapod.agent.spool.Spool;
import io.myriapod.cni.call.CniCall;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import java.io.IOException;
import java.util.function.BiConsumer;

/** DELs that shims recorded while no agent was there, as calls of plugins. */
record RecordedDels(Spool spool, Callees callees) {

  /** A recorded DEL and whose it is. */
  record One(CniCall call, Plugin plugin) {}

  /**
   * Reads one.
   *
   * @throws FrameException if it is none that could ever be done
   */
  One read(RequestFrame frame) {
    try {
      CniCall call = CniCall.parse(frame.environment(), frame.stdin());
      return new One(call, callees.called(frame.calledAs(), call.config()));
    } catch (CniException e) {
      throw new FrameException("its call: " + e.getMessage());
    }
  }

  /**
   * Does those of an ADD's container: what was removed before the ADD was asked for must not be
   * removed after it. The caller has the container's turn.
   */
  void doThoseBefore(PluginRequest add, BiConsumer<Plugin, PluginRequest> delete) {
    try {
      spool.replayOf(
          add.container(),
          frame -> {
            One recorded = read(frame);
            delete.accept(recorded.plugin(), recorded.call().pluginRequest(add.deadline()));
          });
    } catch (IOException e) {
      throw new CniException(
          ErrorCode.TRY_AGAIN_LATER,
          "look for recorded DELs of container %s: %s".formatted(add.container(), e),
          "check the permissions of the spool's directory",
          e);
    }
  }
}
