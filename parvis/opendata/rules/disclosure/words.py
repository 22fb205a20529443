"""Words that tell persons from everything else. First names: the most given in France since 1900
(INSEE, fichier des prénoms, Licence Ouverte 2.0), without accents."""

from __future__ import annotations

_FIRST_NAMES = """
aaron abel adam adele adeline adrien adrienne agathe agnes ahmed aime aimee alain alan alban
albert albertine alex alexandra alexandre alexia alexis alfred ali alice alicia aline alix
alphonse amandine amaury ambre amelie amine anaelle anais andre andrea andree angele angelina
angelique anissa anita anna annabelle anne annette annick annie anthony antoine antoinette
antonin antonio apolline arlette armand armelle arnaud arsene arthur assia aude audrey auguste
augustin augustine aurelie aurelien aurore axel axelle aymeric baptiste barbara bastien beatrice
benedicte benjamin benoit bernadette bernard berthe bertrand blandine brice brigitte bruno bryan
camille candice capucine carine carla carmen carole caroline cassandra catherine cathy cecile
cecilia cedric celia celine chantal charlene charles charlie charline charlotte charly chloe
christel christelle christian christiane christine christophe christopher cindy claire clara
clarisse claude claudette claudia claudie claudine clemence clementine clotilde colette coline
constance coralie corentin corinne cynthia cyril cyrille damien daniel daniele danielle dany
david deborah delphine denis denise desire diane didier diego dimitri dominique dorian dorothee
dylan eddy eden edith edmond edouard edwige elena eleonore eliane elie eliott elisa elisabeth
elise elodie eloise elsa emeline emile emilie emilien emilienne emma emmanuel emmanuelle enzo
eric ernest erwan esteban estelle esther ethan etienne eugene eugenie eva evan evelyne fabien
fabienne fabrice fanny farid fatima faustine felix fernand fernande flavie flora florence
florent florian floriane francine francis franck francois francoise frederic frederique gabin
gabriel gabrielle gael gaelle gaetan gaspard gaston genevieve geoffrey georges georgette gerald
geraldine gerard germain germaine ghislaine gilbert gilberte gilles ginette gisele gregoire
gregory guillaume gustave guy gwenaelle gwendoline helena helene heloise henri henriette herve
hubert hugo hugues huguette ibrahim ilyes inaya ines ingrid irene iris isaac isabelle ismael
jackie jacky jacqueline jacques jade james janine jason jean jeanine jeanne jeannette jeannine
jennifer jeremie jeremy jerome jessica jimmy jocelyne joel joelle johan johann johanna jonathan
jordan jose joseph josephine josette josiane jules julia julian julie julien julienne juliette
justin justine karim karine katia kelly kenza kevin killian kylian laetitia lana laura laure
laurence laurent laurie laurine lea leana leane leila lena lenny leo leon leone leonie leontine
leopold liam lilian liliane lilou lily lina linda lionel lisa lise loic lola lorenzo louane
louis louisa louise louisette louna luc lucas lucette lucie lucien lucienne lucile ludivine
ludovic luna lydia lydie madeleine mael maelle maelys maeva magali magalie malika malo manon
manuel marc marceau marcel marcelle margaux margot marguerite maria marianne marie marina marion
marius marjorie marlene marthe martial martin martine maryline maryse maryvonne mateo matheo
mathias mathieu mathilde mathis mathys matteo matthieu maud maurice mauricette max maxence
maxime mehdi melanie melina melissa mia michael michel michele micheline michelle mickael mikael
mila mireille mohamed monique morgan morgane muriel murielle mylene myriam nadege nadia nadine
nael natacha nathalie nathan nelly nicolas nicole nina nino noa noah noam noel noelle noemie
nolan nora norbert oceane odette odile olga olivia olivier ophelie oscar pascale patrice
patricia patrick paul paule paulette pauline perrine philippe pierre pierrette pierrick quentin
rachel rachid rafael raoul raphael rayan raymond raymonde regine regis remi remy renaud rene
renee richard robert robin rodolphe roger roland rolande romain romane romuald rosa rosalie
roseline roselyne roxane rudy ryan sabine sabrina sacha salome samuel samy sandra sandrine sandy
sara sarah sebastien serge severine simon simone simonne sofia sofiane solange solene sonia
sophie stanislas stella stephane stephanie steve steven suzanne sylvain sylvia sylviane sylvie
tanguy teddy theo therese thibault thibaut thierry thomas tiago timeo timothee tiphaine titouan
tom tony tristan valentin valentine valerie vanessa veronique victoire victor victoria victorine
vincent virginie viviane william willy xavier yanis yann yannick yasmine yassine yoann yohan
yohann yolande younes youssef yvan yves yvette yvon yvonne zoe
"""
_NOT_PERSONS = """
academie agence allee amicale amis art arts asso association associations ateliers atelier
avenue bibliotheque boulevard bureau cabinet cafe caisse cantine centre cercle chambre chateau
cie cinema cite club college collectif comite commune compagnie confederation conseil
conservatoire consulting cooperative cours creche cse cuma danse departement direction du ecole
edition editions education eglise ehpad ensemble entente entreprise epicerie espace
etablissement eurl evenement famille familles federation fete festival films fondation fonds
football formation foyer fraternite france garage gie groupe groupement gymnase habitat hopital
hotel immo immobilier immobiliere impasse institut jardin jardins jeunes la le les ligue
logement loisirs lycee mairie maison marche mission musee musique mutuelle office ogec orchestre
paris parc parents parking passage place pole pont port porte production productions quai
quartier quartiers rapid relais republique reseau residence restaurant restaurants rue sa sarl
sas sasu sci scic scm scop secours section selarl sem service services site ska societe sport
sportif sportive sports square stade station studio syndicat systemes territoires theatre tour
travaux tribunal union universite usine ville villa voie voyages
"""
_NAME_HEADERS = """
civilite first_name firstname given_name last_name lastname nom_d_usage nom_de_famille
nom_de_naissance nom_famille nom_jeune_fille nom_naissance nom_patronymique nom_prenom nom_usage
noms_prenoms patronyme prenom prenom_nom prenoms surname prenom_usuel
"""
_BIRTH_WORDS = """
naissance birth birthdate birthday nais ddn dob ne_le nee_le
"""
_ADDRESS_WORDS = """
adresse adresses address domicile residence rue voie street num_voie numero_voie
"""
_PHONE_WORDS = """
tel telephone phone mobile portable fax telephones
"""
_PEOPLE_WORDS = """
adherents agents allocataires apprentis beneficiaires candidats deces demandeurs detaches
effectif effectifs eleves enfants enseignants etudiants femmes fonctionnaires foyers garcons
filles habitants hommes individus inscrits licencies malades menages naissances patients pers
personnes population recrutes retraites salaries stagiaires titulaires usagers victimes women
men
"""
_COUNT_WORDS = """
n count nombre nb nbre headcount total totaux
"""
_THINGS_WORDS = """
actes ap appels arbres articles cases chambres colis comptes copies contrats docks dossiers
equipements jours kilometres lots logements marches metres modifications mois offres operations
pages places plai pls plus pluscd points projets salles seances stations subventions taux
titulaires heures velos voitures vehicules votes lignes fois communes emprunts gares
"""
_TOTAL_WORDS = """
total totaux ensemble tous toutes overall all
"""

FIRST_NAMES = frozenset(_FIRST_NAMES.split())
NOT_PERSONS = frozenset(_NOT_PERSONS.split())
NAME_HEADERS = frozenset(_NAME_HEADERS.split())
BIRTH_WORDS = frozenset(_BIRTH_WORDS.split())
ADDRESS_WORDS = frozenset(_ADDRESS_WORDS.split())
PHONE_WORDS = frozenset(_PHONE_WORDS.split())
PEOPLE_WORDS = frozenset(_PEOPLE_WORDS.split())
COUNT_WORDS = frozenset(_COUNT_WORDS.split())
THINGS_WORDS = frozenset(_THINGS_WORDS.split())
TOTAL_WORDS = frozenset(_TOTAL_WORDS.split())
