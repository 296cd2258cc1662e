/** Virtual functions made, bound and reset by the product, looked at through {@code /sys}. */
package io.myriapod.lab.vf;
