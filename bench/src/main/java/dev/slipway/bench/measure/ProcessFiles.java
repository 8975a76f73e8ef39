package dev.slipway.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux tells about processes in /proc. */
public final class ProcessFiles {
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    /** USER_HZ, which is 100 on every Linux that Java runs on. */
    private static final double MILLIS_PER_TICK = 10;
    /** In /proc/self/stat behind the name, from 0: the times of the children that have ended. */
    private static final int CHILD_USER = 13;

    private ProcessFiles() {}

    /** User and system time of all processes that have ended so far and descend from this one. */
    public static double childCpuMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[CHILD_USER]) + Long.parseLong(fields[CHILD_USER + 1])) * MILLIS_PER_TICK;
    }

    /** The peak resident memory of a process and of its descendants that live at this moment; 0 once it has ended. */
    static long peakKibOfTree(long pid) {
        long sum = peakKib(pid);
        try {
            Path children = Path.of("/proc", Long.toString(pid), "task", Long.toString(pid), "children");
            for (String child : Files.readString(children).split(" ", -1)) {
                sum += child.isBlank() ? 0 : peakKibOfTree(Long.parseLong(child.strip()));
            }
        } catch (IOException ended) {
            return sum;
        }
        return sum;
    }

    private static long peakKib(long pid) {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
            return peak.find() ? Long.parseLong(peak.group(1)) : 0;
        } catch (IOException ended) {
            return 0;
        }
    }
}
