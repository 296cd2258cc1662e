/**
 * What is shown in the lab; a package per feature, one class per thing shown, named {@code …Lab}.
 */
package io.myriapod.lab;
