"""Rasa's DIET as it is, trained with less work. Runs inside Rasa, under Python 3.8 to 3.10.

Rasa fills every text of a batch up to the longest, which triples the tokens where most texts are short: here a batch
has texts of about the same length. And Keras takes a step of Adam in a dozen passes over all weights, most of which
belong to n-grams: here TensorFlow's own operation takes it in one pass, by the same formula.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from batches import by_length, lengthwise
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.diet_classifier import DIET, DIETClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.utils.tensorflow.constants import SEQUENCE_LENGTH
from rasa.utils.tensorflow.data_generator import RasaBatchDataGenerator
from rasa.utils.tensorflow.model_data import Data

_KINDS = [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR]


@DefaultV1Recipe.register(_KINDS, is_trainable=True)
class ThriftyDIETClassifier(DIETClassifier):
    """Has the settings of DIETClassifier and makes the model that it would make."""

    @staticmethod
    def model_class() -> type[DIET]:
        return ThriftyDIET


class ThriftyDIET(DIET):
    """The network, with another order of its lessons and another way to take a step."""

    def compile(self, optimizer: Any, **more: Any) -> None:
        super().compile(optimizer=tf.keras.optimizers.legacy.Adam(float(optimizer.learning_rate)), **more)

    def fit(self, batches: RasaBatchDataGenerator, **more: Any) -> Any:
        even = EvenBatches(
            batches.model_data,
            batches.batch_size,
            more.get("epochs", 1),
            batches.batch_strategy,
            batches.shuffle,
            batches.drop_small_last_batch,
        )
        return super().fit(even, **more)


class EvenBatches(RasaBatchDataGenerator):
    """Rasa's batches, shuffled and balanced as by Rasa, then, in all but the last epochs, parted by length."""

    def _shuffle_and_balance(self, batch_size: int) -> Data:
        data = super()._shuffle_and_balance(batch_size)
        if not by_length(self._current_epoch, self._epochs):
            return data
        lengths = np.asarray(data[TEXT][SEQUENCE_LENGTH][0]).reshape(-1)
        return self.model_data._data_for_ids(data, lengthwise(lengths, batch_size, np.random.permutation))
