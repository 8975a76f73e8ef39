package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@link Isolation#MOUNT_NAMESPACE}. */
final class MountNamespace {
    /**
     * Parameters: an empty folder, "ro" or "rw" for the root that is mounted there, the working directory, setpriv's
     * options or "-", then three for each mount ("ro" or "rw", source, path), "--", and the command. Each step replaces
     * the shell's process, so that the program has the process id that the caller knows, and no step prints arguments
     * or environment.
     */
    private static final String SET_UP = """
            set -eu
            container_path=${PATH-}
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
            root=$1 root_mode=$2 working_directory=$3 identity=$4; shift 4
            mount -t tmpfs -o mode=0755 slipway-root "$root"
            for each in bin sbin lib lib32 lib64 libx32 usr proc sys; do
              if [ -L "/$each" ]; then
                cp -P "/$each" "$root/$each"
              elif [ -d "/$each" ]; then
                mkdir "$root/$each"
                mount --rbind "/$each" "$root/$each"
              fi
            done
            mount -o remount,bind,ro "$root/usr"
            mkdir "$root/etc" "$root/dev" "$root/dev/shm" "$root/run" "$root/var" "$root/var/run"
            mkdir -m 1777 "$root/tmp"
            for each in passwd group hosts resolv.conf nsswitch.conf localtime ssl pki alternatives \\
                ld.so.cache ld.so.conf ld.so.conf.d crypto-policies java; do
              [ ! -e "/etc/$each" ] || cp -a "/etc/$each" "$root/etc/" 2>/dev/null || :
            done
            for each in /etc/java-*; do
              [ ! -e "$each" ] || cp -a "$each" "$root/etc/" 2>/dev/null || :
            done
            for each in null zero full random urandom tty; do
              : >"$root/dev/$each"
              mount --bind "/dev/$each" "$root/dev/$each"
            done
            ln -s /proc/self/fd "$root/dev/fd"
            ln -s /proc/self/fd/1 "$root/dev/stdout"
            ln -s /proc/self/fd/2 "$root/dev/stderr"
            chmod 1777 "$root/dev/shm"
            while [ "$1" != -- ]; do
              mode=$1 from=$2 to=$root$3; shift 3
              if [ -d "$from" ]; then
                mkdir -p "$to"
              else
                mkdir -p "$(dirname "$to")"
                : >>"$to"
              fi
              mount --bind "$from" "$to"
              [ "$mode" = rw ] || mount -o remount,bind,ro "$to"
            done
            shift
            [ "$root_mode" = rw ] || mount -o remount,bind,ro "$root"
            chroot=$(command -v chroot)
            set -- /bin/sh -c 'cd "$0"; exec "$@"' "$working_directory" "$@"
            if [ "$identity" != - ]; then
              # Unquoted: these are several options.
              set -- "$(command -v setpriv)" $identity "$@"
            fi
            PATH=$container_path
            exec "$chroot" "$root" "$@"
            """;

    private MountNamespace() {}

    /** @throws IOException if a program that it takes is missing */
    static boolean works() throws IOException {
        var command = new ArrayList<>(unshare());
        command.addAll(List.of("sh", "-c", "mount -t tmpfs probe /tmp && chroot / true"));
        Process probe = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return probe.waitFor() == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static Program program(ContainerStart start) {
        var command = new ArrayList<>(unshare());
        command.addAll(List.of("sh", "-c", SET_UP, "container"));
        command.add(start.emptyFolder().toString());
        command.add(start.readOnlyRoot() ? "ro" : "rw");
        command.add(start.workingDirectory());
        command.add(isRoot() ? setpriv(start.identity()) : "-");
        start.mounts().stream()
                .sorted(Comparator.comparing(mount -> mount.containerPath().length()))
                .forEach(mount -> command.addAll(
                        List.of(mount.readOnly() ? "ro" : "rw", mount.source().toString(), mount.containerPath())));
        command.add("--");
        command.addAll(start.command());
        return new Program(command, start.env(), Optional.empty());
    }

    private static List<String> unshare() {
        var command = new ArrayList<>(List.of(programNamed("unshare"), "--mount", "--propagation", "private"));
        if (!isRoot()) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        return command;
    }

    /** The container's PATH is not this machine's, so programs are named in full. */
    private static String programNamed(String name) {
        for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return folder + "/" + name;
            }
        }
        return name;
    }

    private static String setpriv(Identity identity) {
        var options = new ArrayList<>(List.of("--reuid=" + identity.user(), "--regid=" + identity.group()));
        options.add(
                identity.groups().isEmpty()
                        ? "--clear-groups"
                        : "--groups="
                                + String.join(
                                        ",",
                                        identity.groups().stream()
                                                .map(String::valueOf)
                                                .toList()));
        if (!identity.mayGainPrivileges()) {
            options.add("--no-new-privs");
        }
        return String.join(" ", options);
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
            return false;
        }
    }
}
