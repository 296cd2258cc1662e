/** Changes in directories as they happen. inotify(7) */
package io.myriapod.linux.inotify;
