package io.myriapod.multus.plan;

import io.myriapod.kubernetes.annotation.SelectionOptions;
import io.myriapod.multus.network.ConfigBudget;
import io.myriapod.multus.network.Delegate;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import java.util.Optional;

/**
 * A network that the pod shall have and what it asks of it.
 *
 * @param element of the annotation that asks for it
 * @param device the one that it gets of those that are given to pods one by one
 */
record WantedNetwork(
    Delegate delegate,
    Optional<AnnotationElement> element,
    SelectionOptions options,
    Optional<DeviceId> device) {
  static WantedNetwork plain(Delegate delegate) {
    return given(delegate, SelectionOptions.NONE);
  }

  /** One that no annotation asks for. */
  static WantedNetwork given(Delegate delegate, SelectionOptions options) {
    return new WantedNetwork(delegate, Optional.empty(), options, Optional.empty());
  }

  /** The interface name that the annotation gives. */
  Optional<InterfaceName> asked() {
    return element.flatMap(AnnotationElement::name);
  }

  WantedNetwork withDevice(DeviceId id) {
    return new WantedNetwork(delegate, element, options, Optional.of(id));
  }

  /** Each plugin gets its own copy of the {@code cni-args}. */
  void spendArguments(ConfigBudget budget) {
    int copies = delegate.list().plugins().size();
    options
        .cniArgs()
        .ifPresent(
            args -> {
              budget.spend(delegate.name(), (long) args.toString().length() * copies);
              budget.spend(delegate.name(), args, copies);
            });
  }
}
