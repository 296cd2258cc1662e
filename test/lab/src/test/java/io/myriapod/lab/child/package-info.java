/** Children of the lab's NICs and of their virtual functions. */
package io.myriapod.lab.child;
