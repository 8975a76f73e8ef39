package dev.slipway.webhook;

import java.util.ArrayList;
import java.util.List;

/** The lines that differ, with three of those around them, as in a unified diff. */
final class LineDiff {
    private static final int CONTEXT = 3;
    /** Of the table of common lines; beyond it the middle is shown as replaced as a whole. */
    private static final long LARGEST = 25_000_000;

    private LineDiff() {}

    static List<String> of(List<String> before, List<String> after) {
        List<String> marked = marked(before, after);
        var lines = new ArrayList<String>();
        int shown = 0;
        for (int index = 0; index < marked.size(); index++) {
            if (nearChange(marked, index)) {
                if (index > shown || index == 0) {
                    lines.add("@@");
                }
                lines.add(marked.get(index));
                shown = index + 1;
            }
        }
        return lines;
    }

    private static boolean nearChange(List<String> marked, int index) {
        int from = Math.max(0, index - CONTEXT);
        int to = Math.min(marked.size(), index + CONTEXT + 1);
        return marked.subList(from, to).stream().anyMatch(line -> !line.startsWith(" "));
    }

    /** Every line of both, each once if they agree. */
    private static List<String> marked(List<String> before, List<String> after) {
        int start = 0;
        while (start < Math.min(before.size(), after.size())
                && before.get(start).equals(after.get(start))) {
            start++;
        }
        int end = 0;
        while (end < Math.min(before.size(), after.size()) - start
                && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            end++;
        }
        var marked = new ArrayList<String>();
        before.subList(0, start).forEach(line -> marked.add("  " + line));
        middle(before.subList(start, before.size() - end), after.subList(start, after.size() - end), marked);
        before.subList(before.size() - end, before.size()).forEach(line -> marked.add("  " + line));
        return marked;
    }

    private static void middle(List<String> before, List<String> after, List<String> marked) {
        int[][] common = (long) before.size() * after.size() > LARGEST ? new int[0][] : commonLines(before, after);
        int left = 0;
        int right = 0;
        while (left < before.size() || right < after.size()) {
            boolean both = left < before.size() && right < after.size() && common.length > 0;
            if (both && before.get(left).equals(after.get(right))) {
                marked.add("  " + before.get(left++));
                right++;
            } else if (left < before.size() && (!both || common[left + 1][right] >= common[left][right + 1])) {
                marked.add("- " + before.get(left++));
            } else {
                marked.add("+ " + after.get(right++));
            }
        }
    }

    private static int[][] commonLines(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int left = before.size() - 1; left >= 0; left--) {
            for (int right = after.size() - 1; right >= 0; right--) {
                common[left][right] = before.get(left).equals(after.get(right))
                        ? common[left + 1][right + 1] + 1
                        : Math.max(common[left + 1][right], common[left][right + 1]);
            }
        }
        return common;
    }
}
