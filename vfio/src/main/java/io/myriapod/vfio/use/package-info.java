/** Who uses a function: a pod, a link above it, the node itself, a program. Changes nothing. */
package io.myriapod.vfio.use;
