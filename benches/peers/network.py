"""Mass-action networks read from the SBML which BioXen writes, for peers that build their own."""

from dataclasses import dataclass

import libsbml


@dataclass
class Network:
    species: list  # of ids
    initial: list  # of amounts, in the order of species
    reactions: list  # of (rate constant, [reactant ids], [product ids])


def read(path):
    """Reads a model whose rate laws are each a constant `k` times its reactants."""
    document = libsbml.readSBMLFromFile(str(path))
    model = document.getModel()
    if model is None or document.getNumErrors(libsbml.LIBSBML_SEV_ERROR):
        raise ValueError(f"{path}: {document.getErrorLog().toString()}")
    species = [s.getId() for s in model.getListOfSpecies()]
    initial = [s.getInitialAmount() for s in model.getListOfSpecies()]
    reactions = []
    for reaction in model.getListOfReactions():
        law = reaction.getKineticLaw()
        factors = sorted(law.getFormula().replace(" ", "").split("*"))
        reactants = ids(reaction.getListOfReactants())
        if law.getNumLocalParameters() != 1 or factors != sorted(["k", *reactants]):
            raise ValueError(f"{reaction.getId()} is not of mass action: {law.getFormula()}")
        k = law.getLocalParameter(0).getValue()
        reactions.append((k, reactants, ids(reaction.getListOfProducts())))
    return Network(species, initial, reactions)


def ids(references):
    return [r.getSpecies() for r in references for _ in range(int(r.getStoichiometry()))]
