"""What a budget's lists of trained variants stand for: dvc.yaml has a stage for each."""

# The recipe of their variants, if it is not bigan
RECIPE_OF = {
    "cgan": "cgan",
    "linear_gan": "linear_gan",
    **dict.fromkeys(("conv_bigan", "conv_bigan_svhn", "conv_bigan_svhn_10k"), "conv_bigan"),
    **dict.fromkeys(("dcgan", "dcgan_fashion", "dcgan_pretrained", "dcgan_svhn", "dcgan_svhn_10k"), "dcgan"),
}
# The data set that they are trained on, if it is not the budget's MNIST
DATA_SET_OF = {
    "conv_bigan_svhn": "svhn",
    "conv_bigan_svhn_10k": "svhn-10k",
    "dcgan_fashion": "fashion-mnist",
    "dcgan_pretrained": "fashion-mnist",
    "dcgan_svhn": "svhn",
    "dcgan_svhn_10k": "svhn-10k",
}
# The variant from whose weights they are trained on, if those are not drawn
START_OF = {
    "triplet": "bigan",
    "triplet_as_coded": "bigan-as-coded",
    "regressor": "gan-features",
    "dcgan_pretrained": "dcgan-mnist",
}
