package dev.slipway.migrator.it;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.InThisJvm;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A process in which many replicas run, each on a thread of its own: prints for each how it ended. */
final class ReplicasInOneJvm {
    private ReplicasInOneJvm() {}

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        int count = Integer.parseInt(args[0]);
        var threads = Executors.newFixedThreadPool(count);
        var running = new ArrayList<Future<InThisJvm.Result>>();
        for (int number = 0; number < count; number++) {
            var env = new TreeMap<>(System.getenv());
            env.merge(Setting.POD_NAME.env(), "-" + number, String::concat);
            running.add(threads.submit(() -> InThisJvm.run(env, "migrate")));
        }
        for (Future<InThisJvm.Result> each : running) {
            InThisJvm.Result result = each.get();
            boolean applied = result.output().contains("\"outcome\":\"applied\"");
            if (result.exitCode() == ExitCode.OK) {
                System.out.println("OK " + (applied ? "applied" : "waited"));
            } else {
                System.out.println(result.exitCode() + " " + result.output().replace('\n', ' '));
            }
        }
        threads.shutdown();
    }
}
