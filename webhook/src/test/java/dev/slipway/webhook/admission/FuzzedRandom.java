package dev.slipway.webhook.admission;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.Random;

/** Takes every choice from the fuzzer's input, so that its coverage steers a generator that knows only {@link Random}. */
final class FuzzedRandom extends Random {
    private static final long serialVersionUID = 1;

    private final transient FuzzedDataProvider data;

    FuzzedRandom(FuzzedDataProvider data) {
        super(0);
        this.data = data;
    }

    @Override
    protected int next(int bits) {
        return data.consumeInt() >>> (Integer.SIZE - bits);
    }

    /** Without the base class's loop, which would not end on an input that is used up. */
    @Override
    public int nextInt(int bound) {
        return data.consumeInt(0, bound - 1);
    }

    @Override
    public boolean nextBoolean() {
        return data.consumeBoolean();
    }
}
