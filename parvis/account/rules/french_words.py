"""Words that people here put into passwords and that the list of the library lacks."""

from __future__ import annotations

# Written for Parvis: the twenty largest communes of France (INSEE), the calendar, relatives,
# greetings, clubs and what a city's account is about. Without accents, at least four letters.
_WRITTEN = """
parisien parisienne marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille
rennes reims toulon saintetienne lehavre grenoble dijon angers villeurbanne nimes saintdenis
janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
lundi mardi mercredi jeudi vendredi samedi dimanche printemps automne hiver
aujourdhui demain anniversaire noel vacances weekend
bonjour bonsoir bienvenue merci salut jtaime jetaime amoureux amoureuse
maman papa mamie papi mamanpapa frere soeur enfant enfants bebe famille mariage
chien chat cheval velo voiture maison cuisine jardin musique football olympique
parissaintgermain allezparis allezlesbleus
motdepasse passe codesecret secret azerty identifiant connexion compte moncompte
administrateur utilisateur invite internet ordinateur telephone
mairie hoteldeville ville villedeparis mairiedeparis commune citoyen citoyenne habitant
service public servicepublic impots ecole college lycee cantine creche
"""
FRENCH_WORDS = frozenset(_WRITTEN.split())
