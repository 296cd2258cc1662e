package io.myriapod.multus;

import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.CniResult;

/**
 * Does nothing and succeeds: the head of the auxiliary chain, in place of Multus' executable of the
 * same name.
 */
public final class PassthruPlugin implements Plugin {
  @Override
  public String type() {
    return "passthru";
  }

  @Override
  public void validate(PluginRequest request) {}

  @Override
  public CniResult add(PluginRequest request) {
    return CniResult.empty();
  }

  @Override
  public void check(PluginRequest request) {}

  @Override
  public void delete(PluginRequest request) {}

  @Override
  public void gc(GcRequest request) {}

  @Override
  public void status(StatusRequest request) {}
}
