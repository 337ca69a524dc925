"""A GGUF of random weights while it is being written."""

import gguf
import numpy as np

from . import tokenizer

LOGIT_SPREAD = 3.0  # standard deviation of the logits


class RandomModel:
    """Hyperparameters, a copied vocabulary and seeded random tensors, for one GGUF.

    Matrices have the type the user asked for. Everything that llama.cpp wants in F32 (norms, biases,
    routers, convolutions, decays) is written in F32.
    """

    def __init__(self, path, architecture, name, file_type, tokenizer_path, seed):
        self.kind = gguf.GGMLQuantizationType[file_type]
        self.random = np.random.default_rng(seed)
        self.architecture = architecture
        self.tokenizer = tokenizer.fields(tokenizer_path)
        self.vocabulary = len(self.tokenizer["tokenizer.ggml.tokens"].data)
        self.writer = gguf.GGUFWriter(path, architecture, use_temp_file=True)
        self.writer.add_name(name)
        mostly = "ALL_F32" if file_type == "F32" else f"MOSTLY_{file_type}"
        self.writer.add_file_type(int(gguf.LlamaFileType[mostly]))
        self.writer.add_quantization_version(gguf.GGML_QUANT_VERSION)

    def set(self, key, value):
        """A hyperparameter of the architecture; its GGUF type follows from the Python type."""
        key = f"{self.architecture}.{key}"
        if isinstance(value, bool):
            self.writer.add_bool(key, value)
        elif isinstance(value, int):
            self.writer.add_uint32(key, value)
        elif isinstance(value, float):
            self.writer.add_float32(key, value)
        elif isinstance(value, str):
            self.writer.add_string(key, value)
        else:
            self.writer.add_array(key, value)

    def matrix(self, name, rows, columns, scale=1.0):
        """Weights that keep the size of what they multiply, times `scale`."""
        values = self.random.standard_normal((rows, columns), dtype=np.float32) * (scale / columns**0.5)
        self.quantized(name, values)

    def experts(self, name, count, rows, columns, scale=1.0):
        """One matrix for each expert, in one tensor."""
        values = self.random.standard_normal((count, rows, columns), dtype=np.float32) * (scale / columns**0.5)
        self.quantized(name, values)

    def quantized(self, name, values):
        """Values in the file's type; F16 where a row is no whole number of blocks."""
        block, _ = gguf.GGML_QUANT_SIZES[self.kind]
        kind = self.kind if values.shape[-1] % block == 0 else gguf.GGMLQuantizationType.F16
        self.writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def vector(self, name, values):
        """The given values, in F32 whatever the file's type."""
        self.writer.add_tensor(name, np.ascontiguousarray(values, dtype=np.float32))

    def norm(self, name, *shape, value=1.0):
        """The same value everywhere: a norm's weights."""
        self.vector(name, np.full(shape, value))

    def noise(self, name, *shape, scale):
        """Normal noise in F32: a bias, a router, a convolution."""
        self.vector(name, self.random.standard_normal(shape) * scale)

    def uniform(self, name, *shape, low, high):
        """Uniform noise in F32."""
        self.vector(name, self.random.uniform(low, high, shape))

    def embeddings(self, hidden, scale=0.5, multiplier=1.0, logit_multiplier=1.0, norm="output_norm"):
        """The token embedding, which is also the output matrix, and the norm before it.

        `multiplier` is what llama.cpp multiplies an embedding by, `logit_multiplier` what it multiplies
        the logits by; both are undone here. A large `scale` makes a model repeat the token it just read,
        since its embedding is its row of the output matrix too. The logits spread by LOGIT_SPREAD.
        """
        self.matrix("token_embd.weight", self.vocabulary, hidden, scale=scale / multiplier)
        self.norm(f"{norm}.weight", hidden, value=LOGIT_SPREAD * multiplier / (scale * logit_multiplier))

    def embeddings_and_output(self, hidden):
        """An output matrix of its own, and the norm before it."""
        self.matrix("token_embd.weight", self.vocabulary, hidden)
        self.norm("output_norm.weight", hidden)
        self.matrix("output.weight", self.vocabulary, hidden, scale=LOGIT_SPREAD)

    def finish(self):
        """Add the vocabulary and write the file."""
        tokenizer.write(self.writer, self.tokenizer)
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file(progress=True)
        self.writer.close()
